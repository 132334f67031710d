package io.edgebeat.core.agreement;

import io.edgebeat.api.identity.Secret;
import io.edgebeat.core.engine.Partition;
import io.edgebeat.core.engine.Protocol;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Every field of a partition as text, secrets included, so that two states can be compared. What is
 * ordered stays in its order, what is not is sorted.
 */
final class StateDump {
  private static final Set<String> SKIPPED = Set.of("protocol", "policy");

  /** Looking for them takes longer than reading them. */
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          List<Field> fields = new ArrayList<>();
          for (Class<?> c = type; c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
              if (!Modifier.isStatic(field.getModifiers())
                  && !Modifier.isTransient(field.getModifiers())
                  && !SKIPPED.contains(field.getName())) {
                field.setAccessible(true);
                fields.add(field);
              }
            }
          }
          return fields;
        }
      };

  private static final ClassValue<List<Method>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          List<Method> accessors = new ArrayList<>();
          for (RecordComponent component : type.getRecordComponents()) {
            component.getAccessor().setAccessible(true);
            accessors.add(component.getAccessor());
          }
          return accessors;
        }
      };

  private StateDump() {}

  static String of(Partition state) {
    return of(state, Set.of());
  }

  static String of(Partition state, Set<String> without) {
    StringBuilder text = new StringBuilder(4096);
    fields(state, without)
        .forEach((name, value) -> text.append(name).append(" = ").append(value).append('\n'));
    text.append("timers = ").append(value(state.timers())).append('\n');
    text.append("finished = ").append(state.finished()).append('\n');
    if (!without.contains("outbox")) {
      text.append("released = ").append(value(state.outbox())).append('\n');
    }
    return text.toString();
  }

  private static Map<String, String> fields(Object object, Set<String> without) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Field field : FIELDS.get(object.getClass())) {
      if (!without.contains(field.getName())) {
        try {
          values.put(field.getName(), value(field.get(object)));
        } catch (IllegalAccessException e) {
          throw new LinkageError(e.getMessage(), e);
        }
      }
    }
    return values;
  }

  static String value(Object value) {
    if (value == null) {
      return "null";
    } else if (value instanceof Secret secret) {
      return HexFormat.of().formatHex(secret.reveal());
    } else if (value instanceof Optional<?> optional) {
      return optional.map(v -> "(" + value(v) + ")").orElse("()");
    } else if (value instanceof Map<?, ?> map) {
      List<String> entries = new ArrayList<>();
      map.forEach((k, v) -> entries.add(value(k) + ": " + value(v)));
      if (!(map instanceof LinkedHashMap || isView(map))) {
        Collections.sort(entries);
      }
      return entries.toString();
    } else if (value instanceof Collection<?> collection) {
      List<String> entries = new ArrayList<>();
      collection.forEach(v -> entries.add(value(v)));
      return entries.toString();
    } else if (value instanceof byte[] bytes && bytes.length > 8) {
      return bytes.length + " like " + Arrays.hashCode(bytes) + bytes[bytes.length - 1];
    } else if (value.getClass().isArray()) {
      List<String> entries = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        entries.add(value(Array.get(value, i)));
      }
      return entries.size() > 8
          ? entries.size() + " like " + entries.hashCode() + entries.getLast()
          : entries.toString();
    } else if (value.getClass().isRecord()) {
      return record(value);
    } else if (value.getClass().getName().startsWith("io.edgebeat.core.")
        && !value.getClass().isEnum()
        && !(value instanceof Protocol)) {
      return fields(value, Set.of()).toString();
    }
    return value.toString();
  }

  private static boolean isView(Map<?, ?> map) {
    return map.getClass().getName().contains("Unmodifiable");
  }

  private static String record(Object record) {
    StringBuilder text = new StringBuilder(record.getClass().getSimpleName()).append('{');
    for (Method accessor : ACCESSORS.get(record.getClass())) {
      try {
        text.append(accessor.getName())
            .append('=')
            .append(value(accessor.invoke(record)))
            .append(' ');
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
    return text.append('}').toString();
  }
}
