package io.edgebeat.core.codec;

import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Blob;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.PublicKey;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.ledger.Voucher;
import io.edgebeat.api.storage.ContentId;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** Makes values of any record from a seed; what a record's own checks refuse is drawn again. */
public final class Samples {
  private static final String[] WORDS = {"", "a", "ipfs://x", "größe", "日本", "😀", "a\nb"};

  private final Random random;

  /**
   * A generator.
   *
   * @param seed the same seed gives the same values
   */
  public Samples(long seed) {
    this.random = new Random(seed);
  }

  /**
   * All records of a family.
   *
   * @param root a record or a sealed type
   * @return its records
   */
  public static List<Class<?>> members(Class<?> root) {
    List<Class<?>> found = new ArrayList<>();
    if (root.isRecord()) {
      found.add(root);
    } else {
      for (Class<?> permitted : root.getPermittedSubclasses()) {
        found.addAll(members(permitted));
      }
    }
    return found;
  }

  /**
   * A value.
   *
   * @param type its type
   * @param <T> its type
   * @return a new value
   */
  @SuppressWarnings("unchecked")
  public <T> T of(Class<T> type) {
    return (T) value(type, Map.of(), 0);
  }

  private Object value(Type type, Map<TypeVariable<?>, Type> bound, int depth) {
    if (type instanceof TypeVariable<?> v) {
      return value(bound.get(v), Map.of(), depth);
    }
    if (type instanceof ParameterizedType p) {
      return generic(p, bound, depth);
    }
    Class<?> c = (Class<?>) type;
    if (c == long.class || c == Long.class) {
      return number();
    } else if (c == int.class || c == Integer.class) {
      return random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(20);
    } else if (c == boolean.class || c == Boolean.class) {
      return random.nextBoolean();
    } else if (c == String.class) {
      if (random.nextInt(6) == 0) {
        return HexFormat.of().formatHex(bytes(16)); // what ids are made of
      }
      return WORDS[random.nextInt(WORDS.length)] + random.nextInt(100);
    } else if (c == byte[].class) {
      return bytes(random.nextInt(40));
    } else if (c == BigInteger.class) {
      return new BigInteger(random.nextInt(200), random)
          .multiply(BigInteger.valueOf(random.nextInt(3) - 1));
    } else if (c == Instant.class) {
      return Instant.ofEpochSecond(
          random.nextLong(1L << 40), random.nextInt(5) > 0 ? 0 : random.nextInt(1_000_000_000));
    } else if (c == Duration.class) {
      return Duration.ofSeconds(
          random.nextLong(1L << 32), random.nextInt(5) > 0 ? 0 : random.nextInt(1_000_000_000));
    } else if (c == Bytes32.class) {
      return random.nextInt(5) == 0 ? Bytes32.ZERO : Bytes32.of(bytes(32));
    } else if (c == Address.class) {
      return Address.of(bytes(20));
    } else if (c == Signature.class) {
      return Signature.of(bytes(65));
    } else if (c == PublicKey.class) {
      return PublicKey.of(bytes(64));
    } else if (c == Secret.class) {
      return Secret.of(bytes(random.nextInt(40)));
    } else if (c == Blob.class) {
      return Blob.of(bytes(random.nextInt(40)));
    } else if (c == ContentId.class) {
      return new ContentId(
          random.nextBoolean() ? ContentId.Codec.RAW : ContentId.Codec.DAG_PB,
          Bytes32.of(bytes(32)));
    } else if (c == Amount.class) {
      return new Amount(
          Asset.EDG, new BigInteger(random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(95), random));
    } else if (c == Voucher.class && random.nextBoolean()) {
      return new Voucher(
          of(io.edgebeat.api.ledger.AgreementId.class),
          1 + random.nextInt(9),
          of(Amount.class),
          Bytes32.ZERO,
          Amount.zero(Asset.EDG),
          0,
          of(Bytes32.class));
    } else if (c.isEnum()) {
      Object constants = c.getEnumConstants();
      return Array.get(constants, random.nextInt(Array.getLength(constants)));
    } else if (c.isRecord()) {
      return record(c, Map.of(), depth);
    } else if (c.isSealed()) {
      List<Class<?>> members = members(c);
      return value(members.get(random.nextInt(members.size())), Map.of(), depth);
    }
    throw new IllegalArgumentException("no samples of " + c.getName());
  }

  private Object generic(ParameterizedType type, Map<TypeVariable<?>, Type> bound, int depth) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] given = type.getActualTypeArguments();
    if (raw.isRecord()) {
      Map<TypeVariable<?>, Type> inner = new HashMap<>();
      for (int i = 0; i < given.length; i++) {
        inner.put(raw.getTypeParameters()[i], given[i]);
      }
      return record(raw, inner, depth);
    }
    if (raw == Class.class) {
      Class<?> family =
          (Class<?>) (given[0] instanceof WildcardType w ? w.getUpperBounds()[0] : given[0]);
      List<Class<?>> members = members(family);
      return members.get(random.nextInt(members.size()));
    }
    int size = depth > 6 ? 0 : random.nextInt(4);
    if (raw == Optional.class) {
      return size == 0 ? Optional.empty() : Optional.of(value(given[0], bound, depth + 1));
    }
    if (raw == Map.class || raw == SortedMap.class) {
      Map<Object, Object> map = raw == Map.class ? new HashMap<>() : new TreeMap<>();
      for (int i = 0; i < size; i++) {
        map.put(value(given[0], bound, depth + 1), value(given[1], bound, depth + 1));
      }
      return map;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      list.add(value(given[0], bound, depth + 1));
    }
    if (raw == Set.class) {
      return new LinkedHashSet<>(list);
    }
    if (raw == SortedSet.class) {
      return new TreeSet<>(list);
    }
    return list;
  }

  private Object record(Class<?> type, Map<TypeVariable<?>, Type> bound, int depth) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    for (int i = 0; i < types.length; i++) {
      types[i] = components[i].getType();
    }
    for (int attempt = 0; ; attempt++) {
      try {
        Object[] values = new Object[types.length];
        for (int i = 0; i < types.length; i++) {
          values[i] = value(components[i].getGenericType(), bound, depth + 1);
        }
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        constructor.setAccessible(true);
        return constructor.newInstance(values);
      } catch (InvocationTargetException e) {
        if (attempt > 2000) {
          throw new AssertionError("every sample of " + type + " is refused", e.getCause());
        }
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
  }

  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextLong();
      case 2 -> Long.MAX_VALUE;
      case 3 -> -1;
      default -> random.nextInt(1000);
    };
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
