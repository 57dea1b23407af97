package dev.anillo.bench.profile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/// What is drawn of stacks that are made up.
class FlameSvgTest {
    private static final int WIDTH = 1020; // frames have 1000 of them

    private final Frame root = new Frame(FrameName.words("all"));

    private void add(int times, String... methods) {
        for (var i = 0; i < times; i++) root.add(Stream.of(methods).map(FlameSvgTest::named).toList());
    }

    private static FrameName named(String method) {
        var dot = method.lastIndexOf('.');
        var className = method.substring(0, dot);
        return new FrameName(Kind.of(className), className, method.substring(dot + 1));
    }

    private String svg() {
        return new FlameSvg("A & B", root.samples() + " samples", root, WIDTH).text();
    }

    private List<Element> frames() throws Exception {
        return Xml.elements(Xml.parse(svg()), "g", "frame");
    }

    private static String title(Element frame) {
        return frame.getElementsByTagName("title").item(0).getTextContent();
    }

    private static Element rect(Element frame) {
        return (Element) frame.getElementsByTagName("rect").item(0);
    }

    private static double number(Element frame, String name) {
        return Double.parseDouble(rect(frame).getAttribute(name));
    }

    private Element frame(String name) throws Exception {
        return frames().stream().filter(frame -> title(frame).startsWith(name + "\n")).findFirst().orElseThrow(() ->
                new AssertionError("no " + name + " in " + svg()));
    }

    private static String shown(Element frame) {
        var text = frame.getElementsByTagName("text");
        return text.getLength() == 0 ? "" : text.item(0).getTextContent();
    }

    @Test
    void namesThatWouldBeMarkupAreText() throws Exception {
        add(1, "a.B.<init>", "a.B$$Lambda.\"run\"&", "a.B.\u0001");
        assertEquals("B.<init>", shown(frame("a.B.<init>")));
        assertEquals("B$$Lambda.\"run\"&", frame("a.B$$Lambda.\"run\"&").getAttribute("data-name"));
        assertEquals("B.?", shown(frame("a.B.?")));
        assertTrue(Xml.elements(Xml.parse(svg()), "text", "heading").getFirst().getTextContent().equals("A & B"));
    }

    @Test
    void aFrameIsAsWideAsItsPartOfTheSamplesAndStandsOnItsCaller() throws Exception {
        add(3, "a.B.caller", "a.B.first");
        add(1, "a.B.caller", "a.B.second");
        add(4, "a.B.other");
        assertEquals(1000, number(frame("all"), "width"));
        assertEquals(500, number(frame("a.B.caller"), "width"));
        assertEquals(375, number(frame("a.B.first"), "width"));
        assertEquals(number(frame("a.B.caller"), "x") + 375, number(frame("a.B.second"), "x"));
        assertTrue(number(frame("a.B.first"), "y") + number(frame("a.B.first"), "height") <= number(frame("a.B.caller"), "y"));
        assertEquals("a.B.caller\n4 samples, 50.00 %; 0 in itself", title(frame("a.B.caller")));
    }

    @Test
    void coloursTellWhoseCodeItIs() throws Exception {
        root.add(List.of(named("java.lang.Thread.run"), named("a.B.run"), FrameName.words("(native code)")));
        assertEquals("jdk", rect(frame("java.lang.Thread.run")).getAttribute("class"));
        assertEquals("application", rect(frame("a.B.run")).getAttribute("class"));
        assertEquals("native", rect(frame("(native code)")).getAttribute("class"));
    }

    @Test
    void aNameIsCutToItsFrameAndLeftOutOfANarrowOne() throws Exception {
        var name = "methodOfAVeryLongName";
        add(100, "a.B." + name);
        add(8, "a.C." + name);
        add(1, "a.D." + name);
        assertEquals("B." + name, shown(frame("a.B." + name)));
        assertEquals("C.method…", shown(frame("a.C." + name)));
        assertEquals("", shown(frame("a.D." + name)));
    }

    @Test
    void whatCanNotBeSeenIsLeftOutWithAllThatItCalls() throws Exception {
        add(10_000, "a.B.wide");
        add(1, "a.B.narrow", "a.B.called");
        assertEquals(List.of("all", "a.B.wide"), frames().stream().map(frame -> title(frame).lines().findFirst().orElseThrow()).toList());
    }

    @Test
    void aGraphWithoutSamplesSaysSo() throws Exception {
        assertEquals(List.of(), frames());
        assertTrue(svg().contains(">0 samples<"), this::svg);
    }

    @Test
    void nothingOutsideIsReferredToAndNothingIsNamedForAWholePage() throws Exception {
        add(1, "a.B.c");
        var svg = svg();
        assertFalse(svg.replace("http://www.w3.org/2000/svg", "").contains("://"), svg);
        assertFalse(svg.contains(" id=") || svg.contains("href") || svg.contains("@import") || svg.contains("url("), svg);
        for (var rule : Xml.parse(svg).getElementsByTagName("style").item(0).getTextContent().trim().split("\n")) {
            assertTrue(rule.startsWith(".flame"), rule);
        }
    }

    @Test
    void aWidthThatHoldsNoGraphIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new FlameSvg("", "", root, 399));
    }
}
