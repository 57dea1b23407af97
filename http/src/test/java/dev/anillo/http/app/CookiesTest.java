package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CookiesTest {
    private static String told(Cookies cookies) {
        return cookies.cookies().stream()
                .map(cookie -> cookie.name() + "=" + cookie.value()).collect(Collectors.joining("|"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
        "a=1; b=2~a=1|b=2",
        "a=1;b=2~a=1|b=2",
        " a=1 ;\t b = 2 ~a=1|b=2",
        "a=~a=",
        "a=b=c~a=b=c",
        "a=\"1 2\"~a=\"1 2\"",
        "a=x y, z~a=x y, z",
        "a={\"k\":[1,2]}~a={\"k\":[1,2]}",
        "a=é~a=é",
        "a=1; a=2; A=3~a=1|a=2|A=3",
        "; ;a=1;;~a=1",
        "__Host-id=7~__Host-id=7",
    })
    void readsWhatBrowsersSend_6265_5_4(String field, String meant) {
        assertEquals(meant, told(Cookies.parse(field)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {"alone; a=1", "=nameless; a=1", "a b=2; a=1",
        "é=1; a=1", "a[0]=1; a=1", "\"a\"=1; a=1", "a,b=1; a=1"})
    void passesOverWhatHasNoName_6265_4_1_1(String field) {
        assertEquals("a=1", told(Cookies.parse(field)));
    }

    @Test
    void readsAllFields_9113_8_2_3() {
        var cookies = Cookies.of(Fakes.request("GET", "/", "Cookie: a=1", "Host: h", "cookie: b=2; a=3"));
        assertEquals("1", cookies.get("a"));
        assertEquals(List.of("1", "3"), cookies.all("a"));
        assertEquals("2", cookies.get("b"));
        assertNull(cookies.get("B"));
        assertEquals("", told(Cookies.of(Fakes.request("GET", "/"))));
    }

    @Test
    void isBounded() {
        var field = IntStream.range(0, 1000).mapToObj(i -> "c" + i + "=" + i).collect(Collectors.joining("; "));
        assertEquals(Cookies.COUNT_MAX, Cookies.parse(field).cookies().size());
        var request = Fakes.request("GET", "/", "Cookie: " + field, "Cookie: " + field);
        assertEquals(Cookies.COUNT_MAX, Cookies.of(request).cookies().size());
    }
}
