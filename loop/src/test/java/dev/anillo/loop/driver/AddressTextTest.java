package dev.anillo.loop.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:80",
        "::1, [::1]:80",
        "::, [::]:80",
        "2001:db8::, [2001:db8::]:80",
        "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:80",
        "2001:db8:0:0:1:0:0:0, [2001:db8:0:0:1::]:80",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:80",
        "fe80:0:0:0:0202:b3ff:fe1e:8329, [fe80::202:b3ff:fe1e:8329]:80"
    })
    void writesAddressesAsRfc5952Does(String address, String text) throws Exception {
        assertEquals(text, AddressText.of(new InetSocketAddress(InetAddress.getByName(address), 80)));
    }

    @Test
    void leavesUnresolvedNamesAsTheyAre() {
        assertEquals("example.invalid:80", AddressText.of(InetSocketAddress.createUnresolved("example.invalid", 80)));
    }

    @Test
    void writesOtherAddressesAsTheyWriteThemselves() {
        assertEquals("/run/anillo", AddressText.of(UnixDomainSocketAddress.of("/run/anillo")));
    }
}
