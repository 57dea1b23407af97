package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.anillo.http.app.Fakes.Answer;
import dev.anillo.http.app.SetCookie.SameSite;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SetCookieTest {
    private static final Instant TIME = Instant.parse("1994-11-06T08:49:37Z");

    @Test
    void writesAllAttributes_6265_4_1_1() {
        var cookie = SetCookie.of("a", "b").path("/p q").domain("example.org").maxAge(Duration.ofDays(1))
                .expires(TIME).secure().httpOnly().sameSite(SameSite.NONE).partitioned();
        assertEquals("a=b; Path=/p q; Domain=example.org; Max-Age=86400; "
                + "Expires=Sun, 06 Nov 1994 08:49:37 GMT; Secure; HttpOnly; SameSite=None; Partitioned",
                cookie.fieldValue());
        assertEquals("a=", SetCookie.of("a", "").fieldValue());
        assertEquals("a=\"b\"; SameSite=Strict", SetCookie.of("a", "\"b\"").sameSite(SameSite.STRICT).fieldValue());
        assertEquals("a=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT", SetCookie.removal("a").fieldValue());
    }

    @Test
    void isAddedBesideOthers() {
        var answer = new Answer();
        SetCookie.of("a", "1").addTo(answer.response());
        SetCookie.of("b", "2").sameSite(SameSite.LAX).addTo(answer.response());
        assertEquals(List.of("Set-Cookie: a=1", "Set-Cookie: b=2; SameSite=Lax"), answer.fields);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a=b", "a;b", "é", "a\r\nb", "a\0"})
    void refusesNamesThatAreNoTokens_6265_4_1_1(String name) {
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of(name, "1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {" ", "a b", "a;b", "a,b", "a\\b", "a\"b", "\"", "\"a", "a\"", "\"\"\"", "é",
        "a\r\nSet-Cookie: b=1", "\0", "\u007f"})
    void refusesValuesThatAreNoCookieOctets_6265_4_1_1(String value) {
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", value));
        assertEquals("a=" + Percent.encode(value), SetCookie.of("a", Percent.encode(value)).fieldValue());
    }

    @Test
    void refusesWhatBrowsersIgnoreForItsLength_6265bis_5_6() {
        SetCookie.of("a", "x".repeat(4095));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "x".repeat(4096)));
        SetCookie.of("a", "").path("/" + "x".repeat(1023));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "").path("/" + "x".repeat(1024)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "/;", "/\r\n", "/é", "/\u007f"})
    void refusesMalformedPaths(String path) {
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "").path(path));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".example.org", "example.org.", "a..b", "a;b", "a b", "é.org", "a:80", "[::1]"})
    void refusesMalformedDomains(String domain) {
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "").domain(domain));
    }

    @Test
    void refusesTimesThatHaveNoText() {
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "").maxAge(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> SetCookie.of("a", "").expires(Instant.MAX));
    }

    static Stream<SetCookie> contradictions() {
        return Stream.of(
                SetCookie.of("__Secure-a", "1"),
                SetCookie.of("__secure-a", "1").path("/"),
                SetCookie.of("__Host-a", "1").path("/"),
                SetCookie.of("__Host-a", "1").secure(),
                SetCookie.of("__HOST-a", "1").secure().path("/p"),
                SetCookie.of("__Host-a", "1").secure().path("/").domain("example.org"),
                SetCookie.of("a", "1").sameSite(SameSite.NONE),
                SetCookie.of("a", "1").partitioned());
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void refusesAttributesThatContradictEachOther_6265bis_4_1_3(SetCookie cookie) {
        assertThrows(IllegalStateException.class, cookie::fieldValue);
        assertThrows(IllegalStateException.class, () -> cookie.addTo(new Answer().response()));
    }

    @Test
    void takesPrefixesWithWhatTheyAskFor_6265bis_4_1_3() {
        assertEquals("__Secure-a=1; Domain=a.b; Secure", SetCookie.of("__Secure-a",
                "1").domain("a.b").secure().fieldValue());
        assertEquals("__Host-a=1; Path=/; Secure", SetCookie.of("__Host-a", "1").path("/").secure().fieldValue());
    }
}
