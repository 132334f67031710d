package io.edgebeat.benchmarks.explore;

import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Agreement;
import io.edgebeat.api.ledger.Amount;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The fields of a state as text, to tell states apart. A field that is forgotten here makes two
 * states one that are not, so all are read but those that are named.
 */
public final class Fingerprint {
  private final Set<String> without;
  private final Map<Class<?>, List<Field>> fields = new HashMap<>();
  private final Map<Class<?>, List<Method>> components = new HashMap<>();

  /**
   * @param without the fields that decide nothing, as {@code Class.field}
   */
  public Fingerprint(Set<String> without) {
    this.without = without;
  }

  public String of(Object state) {
    StringBuilder text = new StringBuilder(2048);
    add(text, state);
    return text.toString();
  }

  private void add(StringBuilder text, Object value) {
    switch (value) {
      case Secret secret -> text.append(HexFormat.of().formatHex(secret.reveal()));
      case Amount amount -> text.append(amount.baseUnits());
      case Bytes32 bytes -> text.append(ByteBuffer.wrap(bytes.toBytes()).getLong(8));
      case Signature signed -> {
        // Follows from what is signed, and by whom.
      }
      case Agreement same -> {
        // One exploration has one.
      }
      case Optional<?> optional -> optional.ifPresent(v -> add(text, v));
      case Map<?, ?> map -> {
        List<String> entries = new ArrayList<>();
        map.forEach((k, v) -> entries.add(of(k) + ":" + of(v)));
        Collections.sort(entries);
        text.append(entries);
      }
      case Collection<?> collection -> {
        text.append('[');
        collection.forEach(v -> add(text.append(' '), v));
        text.append(']');
      }
      case Record r -> {
        text.append(r.getClass().getSimpleName()).append('{');
        for (Method component : componentsOf(r.getClass())) {
          add(text.append(' '), read(component, r));
        }
        text.append('}');
      }
      default -> {
        Class<?> type = value.getClass();
        if (type.isArray()) {
          for (int i = 0; i < Array.getLength(value); i++) {
            add(text.append(' '), Array.get(value, i));
          }
        } else if (type.getName().startsWith("io.edgebeat.core") && !(value instanceof Enum)) {
          fieldsOf(type).forEach(field -> field(text, field, value));
        } else {
          text.append(value);
        }
      }
    }
  }

  private void field(StringBuilder text, Field field, Object object) {
    try {
      Object value = field.get(object);
      text.append(field.getName()).append('=');
      if (value != null) {
        add(text, value);
      }
      text.append('\n');
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(field.toString(), e);
    }
  }

  private List<Method> componentsOf(Class<?> type) {
    return components.computeIfAbsent(
        type,
        t -> {
          List<Method> all = new ArrayList<>();
          for (RecordComponent component : t.getRecordComponents()) {
            if (!without.contains(t.getSimpleName() + "." + component.getName())) {
              component.getAccessor().setAccessible(true);
              all.add(component.getAccessor());
            }
          }
          return all;
        });
  }

  private static Object read(Method component, Record r) {
    try {
      Object value = component.invoke(r);
      return value == null ? "null" : value;
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component.toString(), e);
    }
  }

  private List<Field> fieldsOf(Class<?> type) {
    return fields.computeIfAbsent(
        type,
        t -> {
          List<Field> all = new ArrayList<>();
          for (Class<?> c = t; c != null && c != Object.class; c = c.getSuperclass()) {
            for (Field field : c.getDeclaredFields()) {
              if (!Modifier.isStatic(field.getModifiers())
                  && !Modifier.isTransient(field.getModifiers())
                  && !without.contains(c.getSimpleName() + "." + field.getName())) {
                field.setAccessible(true);
                all.add(field);
              }
            }
          }
          return all;
        });
  }
}
