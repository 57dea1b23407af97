package dev.anillo.http.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NegotiationTest {
    private static final String NONE = "none";

    private static String mediaType(String accept, String... offered) {
        var chosen = Negotiation.mediaType(accept, Stream.of(offered).map(MediaType::of).toList());
        return Objects.toString(chosen, NONE);
    }

    private static List<String> split(String list) {
        return List.of(list.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
        "text/html~text/html",
        "application/json~application/json",
        "APPLICATION/JSON~application/json",
        "*/*~text/html",
        "text/*~text/html",
        "application/*, text/html;q=0.9~application/json",
        "text/html;q=0.5, application/json;q=0.51~application/json",
        "text/html;q=0.5, application/json;q=0.5~text/html",
        "text/html;q=0.001~text/html",
        "application/json;q=1., text/html;q=0.~application/json",
        "text/html;q=0~none",
        "image/png~none",
        "*/*;q=0~none",
        "text/html;q=0, */*;q=0.1~application/json",
        "*/*;q=0.1, text/html;q=0~application/json",
        "image/png, */*;q=0.8~text/html",
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8~text/html",
        ",, application/json , ,~application/json",
        "q=1, application/json~application/json",
        "a/b;x=\"text/html, text/html\", application/json~application/json",
    })
    void choosesByTheMostSpecificRange_9110_12_5_1(String accept, String chosen) {
        assertEquals(chosen, mediaType(accept, "text/html", "application/json"));
    }

    /// The example of RFC 9110 §12.5.1 with the qualities that it tells, each against an offer of known quality.
    @ParameterizedTest
    @CsvSource(delimiter = '~', value = {
        "text/plain;format=flowed~1000", "text/plain~700", "text/html~300", "image/jpeg~500",
        "text/plain;format=fixed~400", "text/html;level=3~300"})
    void gradesAsTheExampleDoes_9110_12_5_1(String offer, int thousandths) {
        var accept = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, "
                + "*/*;q=0.5, ";
        if (thousandths < 1000) {
            assertEquals("x/above", mediaType(accept + "x/above;q=0." + (thousandths + 1), offer, "x/above"));
        }
        assertEquals(MediaType.of(offer).toString(),
                mediaType(accept + "x/below;q=0." + (thousandths - 1), "x/below", offer));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", ",", "text", "text/html;q=2, text/html;q=x", "*/html", "text/html;q=1.001",
        "text/html;q=0.0000", "text/html;q=-1", "text/html;q=", "text/html;q=.5", "text/html foo",
        "text/html;q=0;q=0", "a/b;x=\"", "text/html;q=0.1."})
    void takesAFieldWithoutAnyGoodElementAsAbsent_9110_12_4_1(String accept) {
        assertEquals("image/png", mediaType(accept, "image/png", "text/html"));
    }

    @Test
    void takesAllWhenTheFieldIsAbsent_9110_12_4_1() {
        assertEquals("image/png", mediaType(null, "image/png", "text/html"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
        "gzip~gzip",
        "gzip, br~br",
        "br;q=0.5, gzip~gzip",
        "x-gzip~gzip",
        "GZIP~gzip",
        "*~br",
        "*, br;q=0~gzip",
        "deflate~identity",
        "^^~identity",
        "identity~identity",
        "identity, gzip;q=0.5~identity",
        "identity;q=0.5, gzip~gzip",
        "identity, gzip~gzip",
        "gzip;q=0~identity",
        "gzip;q=0, *~br",
        "identity;q=0~none",
        "*;q=0~none",
        "*;q=0, identity~identity",
        "*;q=0, identity;q=0.1~identity",
        "identity;q=0, gzip;q=0.001~gzip",
        "*;q=0, gzip~gzip",
        "gzip;q=9~identity",
        "gzip, deflate, br, zstd~br",
    })
    void choosesACoding_9110_12_5_3(String accept, String chosen) {
        assertEquals(chosen, Objects.toString(Negotiation.encoding(accept, List.of("br", "gzip")), NONE));
    }

    @Test
    void leavesTheContentAsItIsWhenNothingIsAskedFor_9110_12_5_3() {
        assertEquals("identity", Negotiation.encoding(null, List.of("gzip")));
        assertEquals("identity", Negotiation.encoding("gzip", List.of()));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '~', quoteCharacter = '^', value = {
        "es~en es~es",
        "es-MX~en es~es",
        "es~en es-MX~none",
        "ES-mx~en es-MX es~es-MX",
        "zh-Hant-CN-x-private1-private2~zh zh-Hant~zh-Hant",
        "zh-Hant-CN-x-private1~zh-Hant-CN-x zh-Hant-CN~zh-Hant-CN",
        "fr, en;q=0.5~en es~en",
        "en;q=0.5, es;q=0.9~en es~es",
        "da, en-GB;q=0.8, en;q=0.7~en en-GB~en-GB",
        "*~en es~none",
        "de, *~en~none",
        "en;q=0~en~none",
        "en-GB, en;q=0~en en-GB~en-GB",
        "en-GB, en;q=0~en~none",
        "^^~en~none",
        "en;q=5, es~en es~es",
    })
    void looksUpALanguage_4647_3_4(String accept, String offered, String chosen) {
        assertEquals(chosen, Objects.toString(Negotiation.language(accept, split(offered)), NONE));
    }

    @Test
    void hasNoLanguageWhenTheFieldIsAbsent() {
        assertNull(Negotiation.language(null, List.of("en")));
    }

    @Test
    void isBounded() {
        assertEquals("text/html", mediaType("a/b,".repeat(63) + "text/html", "image/png", "text/html"));
        assertEquals(NONE, mediaType("a/b,".repeat(64) + "text/html", "image/png", "text/html"));
        assertEquals("identity", Negotiation.encoding("a,".repeat(64) + "gzip", List.of("gzip")));
        assertNull(Negotiation.language("en" + "-a".repeat(4000), List.of("en")));
    }
}
