package dev.anillo.http.app;

import dev.anillo.http.HttpRequest;
import dev.anillo.http.HttpResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/// A request and a response without a connection. Methods of the interfaces that no class here has are not to be
/// called.
final class Fakes {
    private Fakes() {}

    /// @param fields `Name: value`
    static HttpRequest request(String method, String target, String... fields) {
        return proxy(HttpRequest.class, new Asked(method, target, List.of(fields)));
    }

    private static <T> T proxy(Class<T> type, Object behind) {
        InvocationHandler handler = (self, called, arguments) -> {
            try {
                var method = behind.getClass().getDeclaredMethod(called.getName(), called.getParameterTypes());
                var result = method.invoke(behind, arguments);
                return called.getReturnType() == type ? self : result;
            } catch (NoSuchMethodException _) {
                throw new UnsupportedOperationException(called.toString());
            } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private record Asked(String method, String target, List<String> fields) {
        String path() {
            var question = target.indexOf('?');
            return question < 0 ? target : target.substring(0, question);
        }

        String query() {
            var question = target.indexOf('?');
            return question < 0 ? null : target.substring(question + 1);
        }

        String header(String name) {
            var values = headers(name);
            return values.isEmpty() ? null : String.join(", ", values);
        }

        List<String> headers(String name) {
            return fields.stream().filter(field -> field.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(field -> field.substring(name.length() + 1).strip()).toList();
        }
    }

    /// What a handler has answered.
    static final class Answer {
        int status = 200;
        final List<String> fields = new ArrayList<>();
        String body;

        HttpResponse response() {
            return proxy(HttpResponse.class, this);
        }

        void status(int status) {
            this.status = status;
        }

        void header(String name, String value) {
            fields.removeIf(field -> field.startsWith(name + ":"));
            addHeader(name, value);
        }

        void addHeader(String name, String value) {
            fields.add(name + ": " + value);
        }

        void end() {
            end("");
        }

        void end(String text) {
            if (body != null) throw new IllegalStateException("ended twice");
            body = text;
        }
    }
}
