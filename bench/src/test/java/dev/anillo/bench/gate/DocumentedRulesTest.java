package dev.anillo.bench.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.anillo.bench.Page;
import dev.anillo.bench.compare.Metric;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// What LATENCY-GATE.md says of rules and options, compared with what there is.
class DocumentedRulesTest {
    private static final Pattern OPTION = Pattern.compile("(?<![\\w-])--[a-z][a-z-]*");
    /// A server's, in examples.
    private static final Set<String> OTHERS = Set.of("--port");

    @Test
    void theDefaultRulesAreThere() throws Exception {
        var rules = Rule.defaults("50%").stream()
                .map(rule -> List.of(rule.name(), size(rule, rule.floor()), size(rule, rule.limit()))).toList();
        assertEquals(rules, Page.latencyGate().rows("rule"));
    }

    private static String size(Rule rule, double size) {
        if (size == Rule.NONE) return "–";
        var number = (rule.metric().isRatio() ? 100 : 1) * size;
        var text = number == Math.rint(number) ? String.format(Locale.ROOT, "%.0f", number) : Double.toString(number);
        return rule.metric().isRatio() ? text + " %" : text;
    }

    @Test
    void eachMetricIsNamed() throws Exception {
        var names = Arrays.stream(Metric.values()).map(metric -> "`" + metric.name().toLowerCase(Locale.ROOT) + "`")
                .collect(Collectors.joining(", ", "Metrics: ", "."));
        var text = Page.latencyGate().text().replaceAll("\\s+", " ");
        assertTrue(text.contains(names), () -> names + " is not in the page");
    }

    @Test
    void eachExampleOfARuleIsOne() throws Exception {
        var examples = Page.latencyGate().text().lines().filter(line -> line.startsWith("    --rule "))
                .map(line -> line.strip().split("\\s+")[1]).toList();
        assertTrue(examples.size() > 3, examples::toString);
        for (var example : examples) Rule.changed(Rule.defaults("50%"), example);
    }

    @Test
    void eachOptionThatIsNamedExists() throws Exception {
        var named = new TreeSet<>(OPTION.matcher(Page.latencyGate().text()).results().map(match -> match.group()).toList());
        named.removeAll(OTHERS);
        assertTrue(named.size() > 10, named::toString);
        named.removeAll(new CommandLine(new GateCommand()).getCommandSpec().optionsMap().keySet());
        assertEquals(Set.of(), named);
    }
}
