package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    @Test
    void keepsOrderAndRepetitions() {
        var query = Query.parse("b=1&a=2&b=3").orElseThrow();
        assertEquals(List.of(new NamedValue("b", "1"), new NamedValue("a", "2"), new NamedValue("b", "3")),
                query.parameters());
        assertEquals("1", query.get("b"));
        assertEquals(List.of("1", "3"), query.all("b"));
        assertNull(query.get("B"));
        assertEquals(List.of(), query.all("c"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"a|a=", "a=|a=", "=1|=1", "a=b=c|a=b%3Dc", "&&a=1&|a=1", "a+b=c+d|a+b=c+d",
        "a%20b=%C3%A9|a+b=%C3%A9", "%26=%3D|%26=%3D", "=|="})
    void splitsBeforeItDecodes(String sent, String meant) {
        assertEquals(meant, Query.parse(sent).orElseThrow().toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "%=a", "a=1&b=%zz", "a=%C0%AF", "a=é"})
    void isEmptyForMalformedEscapes(String sent) {
        assertEquals(Optional.empty(), Query.parse(sent));
    }

    @Test
    void isBounded() {
        assertTrue(Query.parse("a&".repeat(Query.COUNT_MAX)).isPresent());
        assertTrue(Query.parse("a&".repeat(Query.COUNT_MAX + 1)).isEmpty());
        assertTrue(Query.parse("a".repeat(Query.LENGTH_MAX)).isPresent());
        assertTrue(Query.parse("a".repeat(Query.LENGTH_MAX + 1)).isEmpty());
        assertTrue(Query.parse("a&b", 3, 1).isEmpty());
        assertTrue(Query.parse("a&b", 2, 2).isEmpty());
    }

    @Test
    void isThatOfTheTarget() {
        assertEquals(Query.EMPTY, Query.of(Fakes.request("GET", "/")).orElseThrow());
        assertEquals(Query.EMPTY, Query.of(Fakes.request("GET", "/?")).orElseThrow());
        assertEquals("?", Query.of(Fakes.request("GET", "/?a=?")).orElseThrow().get("a"));
    }
}
