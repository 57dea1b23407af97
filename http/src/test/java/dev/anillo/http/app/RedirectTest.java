package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.app.Fakes.Answer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedirectTest {
    @ParameterizedTest
    @CsvSource({"MOVED_PERMANENTLY,301", "FOUND,302", "SEE_OTHER,303", "TEMPORARY,307", "PERMANENT,308"})
    void answersWithStatusAndLocation_9110_15_4(Redirect redirect, int status) {
        var answer = new Answer();
        redirect.to(answer.response(), "/done?a=%20#b");
        assertEquals(status, answer.status);
        assertEquals(List.of("Location: /done?a=%20#b"), answer.fields);
        assertEquals("", answer.body);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a b", "/\r\nSet-Cookie: a=b", "/é", "/\\a", "/%", "/%4", "/%zz", "/<a>", "/\"", "/{a}",
        "/a|b", "/^", "/`", "/\0"})
    void refusesWhatIsNoReference_3986_2(String location) {
        var answer = new Answer();
        assertThrows(IllegalArgumentException.class, () -> Redirect.FOUND.to(answer.response(), location));
        assertNull(answer.body);
        assertFalse(Redirect.isLocal(location));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/a?b=//c", "/a//b", "/%2F/evil.example"})
    void isLocalWithAPath(String location) {
        assertTrue(Redirect.isLocal(location));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "//evil.example", "///evil.example", "/\\evil.example", "/\t/evil.example",
        "https://evil.example", "javascript:alert(1)", "?a", "#a"})
    void isNotLocalElsewhere(String location) {
        assertFalse(Redirect.isLocal(location));
    }
}
