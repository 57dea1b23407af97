package dev.anillo.http.app;

import java.util.ArrayList;
import java.util.List;

/// A name and its value: a query parameter, a cookie, the parameter of a media type.
///
/// Where a peer chooses the names they are kept as short lists in the order of sending and looked up one by one: the
/// lists are bounded, and no set of names can make that slower than the worst case that the bound allows, while it
/// could pile them up in one bucket of a hash table.
public record NamedValue(String name, String value) {
    /// The name alone: the value may be a secret, such as a cookie, and texts end up in logs.
    @Override
    public String toString() {
        return "NamedValue[" + name + "]";
    }

    /// The first value of this name, or null.
    static String first(List<NamedValue> values, String name) {
        for (var value : values) {
            if (value.name.equals(name)) return value.value;
        }
        return null;
    }

    /// All values of this name, in order.
    static List<String> all(List<NamedValue> values, String name) {
        var found = new ArrayList<String>();
        for (var value : values) {
            if (value.name.equals(name)) found.add(value.value);
        }
        return found;
    }
}
