package dev.anillo.http.app;

import java.util.List;

/// The fields of a form, decoded, in the order in which they were sent. A name may come more than once.
public record FormFields(List<Field> all) {
    public record Field(String name, String value) {}

    public FormFields {
        all = List.copyOf(all);
    }

    /// The first value of this name, or null.
    public String get(String name) {
        for (var field : all) {
            if (field.name.equals(name)) return field.value;
        }
        return null;
    }

    /// All values of this name, in order.
    public List<String> values(String name) {
        return all.stream().filter(field -> field.name.equals(name)).map(Field::value).toList();
    }
}
