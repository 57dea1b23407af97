package dev.anillo.http.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.http.HttpLimits;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What SECURITY.md says of limits, tests, scripts and files, compared with what is there.
class SecurityPageTest {
    private static final Path PROJECT = Path.of(System.getProperty("basedir", ".")).resolve("..").normalize();
    private static final Path PAGE = PROJECT.resolve("SECURITY.md");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`(?: \\((loop|native-bindings)\\))?");
    private static final Pattern SCRIPT = Pattern.compile("`(ci/[\\w.-]+)");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
    private static final int SHOWN_BY = 2;

    private static String text(Object value) {
        var number = ((Number) value).longValue();
        return number == Integer.MAX_VALUE ? "none" : String.format("%,d", number);
    }

    private static List<MatchResult> all(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    @Test
    void everyLimitIsThereWithItsRealDefault() throws ReflectiveOperationException {
        var limits = new TreeMap<String, String>();
        for (var method : HttpLimits.class.getDeclaredMethods()) {
            if (!Modifier.isPublic(method.getModifiers()) || method.getParameterCount() > 0) continue;
            limits.put(method.getName(), text(method.invoke(new HttpLimits())));
        }
        var rows = Readme.rows(PAGE, "limit");
        assertEquals(limits, new TreeMap<>(rows.stream().collect(Collectors.toMap(List::getFirst, row -> row.get(2)))));
        var units = Readme.rows("bound").stream().collect(Collectors.toMap(List::getFirst, row -> row.get(1)));
        for (var row : rows) {
            assertEquals(units.get(row.getFirst()), row.get(1), "the unit in README.md of " + row.getFirst());
            assertTrue(row.get(3).length() > 10, row::toString);
        }
    }

    @Test
    void everyTimeOutHasARowOfItsOwn() {
        var timeOuts = Readme.rows(PAGE, "limit").stream().map(List::getFirst)
                .filter(name -> name.endsWith("Millis")).toList();
        assertEquals(timeOuts, Readme.rows(PAGE, "time-out").stream().map(List::getFirst).toList());
    }

    @Test
    void everyThreatNamesATestOfItsOwn() {
        var rows = Readme.rows(PAGE, "threat");
        assertTrue(rows.size() > 20, rows::toString);
        for (var row : rows) assertTrue(row.get(SHOWN_BY).matches(".*\\w+Test\\b.*"), row::toString);
    }

    @Test
    void everyTestThatIsNamedIsThere() throws IOException {
        var sources = Map.of("http", sources("http"), "loop", sources("loop"),
                "native-bindings", sources("native-bindings"));
        var named = all(TEST, Readme.text(PAGE));
        assertTrue(named.size() > 50, "the pattern finds few names: " + named.size());
        for (var each : named) {
            var module = each.group(3) == null ? "http" : each.group(3);
            var source = sources.get(module).get(each.group(1) + ".java");
            assertTrue(source != null, each.group() + " is in no package of " + module);
            var method = each.group(2);
            assertTrue(method == null || Files.readString(source).contains("void " + method + "("), each::group);
        }
    }

    private static Map<String, Path> sources(String module) throws IOException {
        try (var files = Files.walk(PROJECT.resolve(module).resolve("src/test/java"))) {
            return files.filter(file -> file.toString().endsWith("Test.java"))
                    .collect(Collectors.toMap(file -> file.getFileName().toString(), file -> file));
        }
    }

    @Test
    void whateverItLeadsToIsThereAndRunByCi() throws IOException {
        var page = Readme.text(PAGE);
        var absent = new ArrayList<String>();
        for (var link : all(LINK, page)) if (!Files.exists(PROJECT.resolve(link.group(1)))) absent.add(link.group());
        var runs = Files.readString(PROJECT.resolve(".ci/run"));
        for (var script : all(SCRIPT, page)) {
            if (!Files.isExecutable(PROJECT.resolve(script.group(1)))) absent.add(script.group());
        }
        for (var script : List.of("ci/smuggling.sh", "ci/least-privilege.sh", "ci/clients.sh")) {
            if (!runs.contains(script)) absent.add(script + " in .ci/run");
        }
        assertEquals(List.of(), absent);
    }
}
