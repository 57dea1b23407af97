package dev.anillo.http.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostTest {
    private final Heads heads = new Heads();

    private static String get(String host) {
        return "GET / HTTP/1.1\r\n" + host + "\r\n\r\n";
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "localhost:8080", "example.org", "example.org:", "a-b.c_d~e:1", "127.0.0.1",
        "127.0.0.1:65535", "a:0", "xn--caf-dma.example", "caf%C3%A9.example:80", "%41", "!$&'()*+,;=", "UPPER.Case:80",
        "very-long-name.with.many.parts.example.org"})
    void takesNamesAndIpv4Addresses(String host) {
        var head = heads.accepted(get("Host: " + host));
        assertEquals(host, head.authority());
        assertEquals(0, head.hostIndex());
    }

    @ParameterizedTest
    @ValueSource(strings = {"[::]", "[::1]:80", "[1::]", "[1:2:3:4:5:6:7:8]", "[2001:db8::ff00:42:8329]:443",
        "[::ffff:192.0.2.1]", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]", "[1:2:3:4:5:6:192.0.2.1]", "[::0.0.0.0]",
        "[::255.255.255.255]:1", "[ABCD::abcd]:"})
    void takesIpv6Addresses(String host) {
        assertEquals(host, heads.accepted(get("Host: " + host)).authority());
    }

    /// RFC 9112 §3.2: a client whose target has no authority sends an empty Host.
    @Test
    void takesAnEmptyHost() {
        assertEquals("", heads.accepted(get("Host:")).authority());
    }

    /// RFC 9110 §5.1: names of fields have no case.
    @ParameterizedTest
    @ValueSource(strings = {"host", "HOST", "hOsT"})
    void findsHostInAnyCase(String name) {
        assertEquals("b", heads.accepted(get(name + ": b")).authority());
    }

    @Test
    void rejectsARequestWithoutHost_9112_3_2() {
        heads.rejected(400, "no Host", "GET / HTTP/1.1\r\n\r\n");
        heads.rejected(400, "no Host", "GET / HTTP/1.1\r\nHosts: a\r\nHos: a\r\nGost: a\r\n\r\n");
        heads.rejected(400, "no Host", "GET http://a/ HTTP/1.1\r\n\r\n");
    }

    @Test
    void rejectsASecondHost_9112_3_2() {
        heads.rejected(400, "more than one Host", get("Host: a\r\nHost: b"));
    }

    @Test
    void rejectsASecondHostEvenIfTheSame_9112_3_2() {
        heads.rejected(400, "more than one Host", get("Host: a\r\nX: y\r\nhost: a"));
    }

    @Test
    void rejectsASecondHostInHttp10Too_9112_3_2() {
        heads.rejected(400, "more than one Host", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a/b", "http://a", "a:b", "a:80:80", "a:-1", "a:65536", "a:123456", "u@a",
        "u:p@a:80", "a?b", "a#b", "a\\b", "a%", "a%4", "a%4g", "a%zz", "<a>", "\"a\"", "a|b", "a^b", "{a}", "\u00e9",
        "a,b c", "a: 80", "a\tb"})
    void rejectsWhatIsNotAHostAndAPort_9112_3_2(String host) {
        heads.rejected(400, "Host is not host[:port]", get("Host: " + host));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "[]", "[]:80", "[::1", "::1", "[::1]x", "[::1]:x", "[:]", "[1]", "[1:2]", "[:::]",
        "[::1::]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]", "[12345::]", "[g::]", "[1:]", "[:1]", "[::1.2.3]",
        "[::1.2.3.4.5]", "[::256.1.1.1]", "[::01.1.1.1]", "[1.2.3.4]", "[1:2:3:4:5:6:7:1.2.3.4]", "[::1.2.3.4:1]",
        "[fe80::1%25eth0]", "[fe80::1%eth0]", "[v1.a]", "[::1]]", "[[::1]]", "[::1.2.3.]", "[::.1.2.3]",
        "[::1.2.3.1000]", "[::a.2.3.4]"})
    void rejectsAMalformedIpv6Literal_3986_3_2_2(String host) {
        heads.rejected(400, "Host is not host[:port]", get("Host: " + host));
    }
}
