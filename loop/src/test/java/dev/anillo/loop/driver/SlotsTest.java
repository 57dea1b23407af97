package dev.anillo.loop.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.loop.buffer.Buffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotsTest {
    private final Slots slots = new Slots();

    private static final class Tenant implements Endpoint {
        int closes;

        @Override
        public void completed(int operation, int result, boolean more, Buffer data) {}

        @Override
        public void closeNow() {
            closes++;
        }
    }

    @Test
    void findsTheTenantOfAToken() {
        var one = new Tenant();
        var other = new Tenant();
        var oneSlot = slots.take(one);
        var otherSlot = slots.take(other);
        assertSame(one, slots.find(slots.token(oneSlot, Token.SEND)));
        assertSame(other, slots.find(slots.token(otherSlot, Token.RECEIVE)));
        assertEquals(2, slots.occupied());
        assertEquals(0, slots.stale());
    }

    @Test
    void aTokenOfAFormerTenantFindsNobodyAndIsCounted() {
        var slot = slots.take(new Tenant());
        var late = slots.token(slot, Token.RECEIVE);
        slots.free(slot);
        assertNull(slots.find(late));
        var next = new Tenant();
        assertEquals(slot, slots.take(next));
        assertNull(slots.find(late));
        assertSame(next, slots.find(slots.token(slot, Token.RECEIVE)));
        assertEquals(2, slots.stale());
    }

    @Test
    void aTokenThatNobodyMadeFindsNobody() {
        assertNull(slots.find(Token.of(5, 0, Token.SEND)));
        assertNull(slots.find(Token.of(Token.SLOTS_MAX - 1, 0, Token.SEND)));
        assertNull(slots.find(-1));
    }

    @Test
    void aSlotIsFreedOnce() {
        var slot = slots.take(new Tenant());
        slots.free(slot);
        assertThrows(IllegalStateException.class, () -> slots.free(slot));
    }

    @Test
    void closingAllTellsEachTenantOnce() {
        var tenants = new Tenant[200];
        for (var i = 0; i < tenants.length; i++) slots.take(tenants[i] = new Tenant());
        slots.closeAll();
        for (var tenant : tenants) assertEquals(1, tenant.closes);
    }

    @Test
    void noTwoTenanciesEverShareAToken() {
        var random = new Random(42);
        var tokens = new HashSet<Long>();
        var open = new HashMap<Integer, Tenant>();
        for (var step = 0; step < 50_000; step++) {
            if (open.size() < 100 && random.nextBoolean()) {
                var tenant = new Tenant();
                var slot = slots.take(tenant);
                assertNull(open.put(slot, tenant), "a slot with two tenants");
                assertEquals(true, tokens.add(slots.token(slot, Token.SEND)), "a token made twice");
            } else if (!open.isEmpty()) {
                var slot = open.keySet().iterator().next();
                assertSame(open.remove(slot), slots.find(slots.token(slot, Token.CLOSE)));
                slots.free(slot);
            }
        }
        assertEquals(open.size(), slots.occupied());
    }

    @Test
    void tokensKeepTheirPartsApart() {
        for (var slot : new int[] {0, 1, 0x800000, Token.SLOTS_MAX - 1}) {
            for (var generation : new int[] {0, 1, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
                for (var operation : new int[] {0, Token.CLOSE, Token.DRIVER_PRIVATE, 0xFF}) {
                    var token = Token.of(slot, generation, operation);
                    assertEquals(slot, Token.slot(token));
                    assertEquals(generation, Token.generation(token));
                    assertEquals(operation, Token.operation(token));
                    assertEquals(Token.of(slot, generation, Token.SEND), Token.with(token, Token.SEND));
                }
            }
        }
    }
}
