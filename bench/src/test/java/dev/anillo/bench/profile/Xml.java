package dev.anillo.bench.profile;

import java.io.StringReader;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/// A picture as the XML that it must be.
final class Xml {
    private Xml() {}

    /// @throws org.xml.sax.SAXException when it is not well-formed
    static Document parse(String text) throws Exception {
        var factory = DocumentBuilderFactory.newDefaultInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
    }

    static List<Element> elements(Document document, String name, String styleClass) {
        var all = document.getElementsByTagNameNS("http://www.w3.org/2000/svg", name);
        return IntStream.range(0, all.getLength()).mapToObj(i -> (Element) all.item(i))
                .filter(element -> element.getAttribute("class").equals(styleClass)).toList();
    }
}
