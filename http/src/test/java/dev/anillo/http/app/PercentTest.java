package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PercentTest {
    @ParameterizedTest
    @CsvSource({"a%20b,a b", "%41%62c,Abc", "a%2Fb,a/b", "a%2fb,a/b", "caf%C3%A9,café", "%E2%82%AC,€",
        "%F0%9F%92%8D,💍", "%25,%", "a+b,a+b", "%EF%BF%BD,\uFFFD", "%2525,%25"})
    void decodesEscapesOfUtf8_3986_2_1(String escaped, String text) {
        assertEquals(Optional.of(text), Percent.decode(escaped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "a%", "%4", "%4g", "%g4", "%%41", "% 41", "%+1", "%-1", "%u0041", "%٤١"})
    void refusesWhatIsNoEscape_3986_2_1(String escaped) {
        assertEquals(Optional.empty(), Percent.decode(escaped));
        assertEquals(Optional.empty(), Percent.decodeForm(escaped));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%C0%AF", "%E9", "%C3", "%C3%28", "%ED%A0%80", "%F4%90%80%80", "%FF", "%EF%BF%BD%80"})
    void refusesBytesThatAreNoUtf8_3629_3(String escaped) {
        assertEquals(Optional.empty(), Percent.decode(escaped));
    }

    @Test
    void refusesCharactersThatNoUriHolds() {
        assertEquals(Optional.empty(), Percent.decode("café"));
        assertEquals(Optional.empty(), Percent.decode("%20é"));
    }

    @Test
    void readsPlusAsSpaceInFormsAlone() {
        assertEquals(Optional.of("a b+"), Percent.decodeForm("a+b%2B"));
        assertEquals(Optional.of("a+b+"), Percent.decode("a+b%2B"));
    }

    @Test
    void makesNothingWhereNothingIsEscaped() {
        var text = new String("abc");
        assertSame(text, Percent.decode(text).orElseThrow());
    }

    @Test
    void encodesAllButTheUnreserved_3986_2_3() {
        assertEquals("aZ09-._~%20%2F%3F%26%3D%2B%25%C3%A9%00", Percent.encode("aZ09-._~ /?&=+%é\0"));
        assertEquals("a+b%2B", Percent.encodeForm("a b+"));
    }

    @Test
    void decodesWhatItHasEncoded() {
        var all = new StringBuilder();
        for (var c = 0; c < 0x3000; c++) all.appendCodePoint(c);
        var text = all.append("💍").toString();
        assertEquals(Optional.of(text), Percent.decode(Percent.encode(text)));
        assertEquals(Optional.of(text), Percent.decodeForm(Percent.encodeForm(text)));
    }
}
