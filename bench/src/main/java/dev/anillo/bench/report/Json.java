package dev.anillo.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonPrimitive;
import dev.anillo.bench.compare.Interval;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;

/// JSON as reports have it: what is not known is null, and never left out.
final class Json {
    private static final Gson GSON = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();

    private Json() {}

    /// In one line.
    static String line(JsonElement element) {
        return GSON.toJson(element);
    }

    static JsonElement number(double value) {
        return Double.isFinite(value) ? new JsonPrimitive(value) : JsonNull.INSTANCE;
    }

    static JsonObject interval(Interval interval) {
        var object = new JsonObject();
        object.add("estimate", number(interval.estimate()));
        object.add("low", number(interval.low()));
        object.add("high", number(interval.high()));
        return object;
    }

    static <T> JsonArray array(Collection<T> values, Function<T, JsonElement> element) {
        var array = new JsonArray();
        values.forEach(value -> array.add(element.apply(value)));
        return array;
    }

    static JsonObject object(Map<String, String> values) {
        var object = new JsonObject();
        values.forEach(object::addProperty);
        return object;
    }

    static JsonElement member(JsonObject object, String name) {
        var member = object.get(name);
        if (member == null) throw new JsonParseException("it has no " + name);
        return member;
    }

    static String text(JsonObject object, String name) {
        return member(object, name).getAsString();
    }

    /// NaN for null.
    static double number(JsonObject object, String name) {
        var member = member(object, name);
        return member.isJsonNull() ? Double.NaN : member.getAsDouble();
    }

    static Interval interval(JsonObject object) {
        return new Interval(number(object, "estimate"), number(object, "low"), number(object, "high"));
    }
}
