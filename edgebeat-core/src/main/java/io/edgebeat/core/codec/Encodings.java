package io.edgebeat.core.codec;

import io.edgebeat.api.error.EdgeBeatException;
import java.lang.invoke.LambdaConversionException;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Finds the form of every type that a root contains; each is resolved once, also when recursive.
 */
final class Encodings {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private final Map<Type, Encoding<?>> known = new HashMap<>(Leaves.ALL);
  private final Map<Class<?>, Family> families = new HashMap<>();

  Family root(Class<?> root) {
    if (!root.isRecord() && !root.isSealed()) {
      throw new IllegalArgumentException(root.getName() + " is neither a record nor sealed");
    }
    return family(root);
  }

  @SuppressWarnings("unchecked") // the form was made for this very type
  private Encoding<Object> of(Type type, Map<TypeVariable<?>, Type> bound, String where) {
    Type actual = type instanceof TypeVariable<?> v ? bound.getOrDefault(v, v) : type;
    if (actual instanceof ParameterizedType generic) {
      return (Encoding<Object>) generic(generic, bound, where);
    }
    Encoding<?> found = known.get(actual);
    if (found != null) {
      return (Encoding<Object>) found;
    }
    if (actual instanceof Class<?> c) {
      if (c.isEnum()) {
        return (Encoding<Object>) enumeration(c);
      }
      if (c.isRecord()) {
        return (Encoding<Object>) (Encoding<?>) product(c, Map.of(), where);
      }
      if (c.isSealed()) {
        return family(c);
      }
    }
    throw new IllegalArgumentException(
        "no binary form for " + actual.getTypeName() + " of " + where);
  }

  private Encoding<?> generic(
      ParameterizedType type, Map<TypeVariable<?>, Type> bound, String where) {
    Class<?> raw = (Class<?>) type.getRawType();
    Type[] given = type.getActualTypeArguments();
    if (raw.isRecord()) {
      TypeVariable<?>[] names = raw.getTypeParameters();
      Map<TypeVariable<?>, Type> inner = new HashMap<>();
      for (int i = 0; i < names.length; i++) {
        inner.put(
            names[i], given[i] instanceof TypeVariable<?> v ? bound.getOrDefault(v, v) : given[i]);
      }
      return product(raw, inner, where);
    }
    if (raw == Class.class) {
      Type member = given[0] instanceof WildcardType w ? w.getUpperBounds()[0] : given[0];
      if (member instanceof Class<?> c && (c.isSealed() || c.isRecord())) {
        return new ClassForm(family(c));
      }
    }
    Encoding<Object> first = of(given[0], bound, where);
    if (raw == Optional.class) {
      return new OptionalForm(first);
    }
    if (raw == List.class) {
      return new ListForm(first);
    }
    if (raw == Set.class) {
      return new SetForm<>(first, s -> Collections.unmodifiableSet(s));
    }
    if (raw == SortedSet.class) {
      return new SetForm<>(first, s -> Collections.unmodifiableSortedSet(new TreeSet<>(s)));
    }
    if (raw == Map.class || raw == SortedMap.class) {
      return new MapForm(first, of(given[1], bound, where), raw == SortedMap.class);
    }
    throw new IllegalArgumentException("no binary form for " + type.getTypeName() + " of " + where);
  }

  private Encoding<?> enumeration(Class<?> type) {
    Map<String, Object> byName = new HashMap<>();
    for (Object constant : type.getEnumConstants()) {
      byName.put(((Enum<?>) constant).name(), constant);
    }
    Encoding<Enum<?>> form =
        Encoding.leaf(
            (v, out) -> out.text(v.name()),
            in -> {
              String name = in.text();
              Object constant = byName.get(name);
              if (constant == null) {
                throw in.unknown("no " + type.getSimpleName() + ": \"" + name + "\"");
              }
              return (Enum<?>) constant;
            });
    known.put(type, form);
    return form;
  }

  private Family family(Class<?> root) {
    Family known = families.get(root);
    if (known != null) {
      return known;
    }
    Family family = new Family(root);
    families.put(root, family);
    if (!root.isRecord()) {
      this.known.put(root, family);
    }
    Set<Class<?>> members = new LinkedHashSet<>();
    collect(root, members);
    for (Class<?> member : members) {
      family.add(tag(root, member), member, product(member, Map.of(), member.getName()));
    }
    return family;
  }

  private static void collect(Class<?> type, Set<Class<?>> members) {
    if (type.isRecord()) {
      members.add(type);
    } else if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        collect(permitted, members);
      }
    } else {
      throw new IllegalArgumentException(
          type.getName() + " is neither a record nor sealed, so it has no binary form");
    }
  }

  private static String tag(Class<?> root, Class<?> member) {
    String tag = member.getSimpleName();
    for (Class<?> c = member.getEnclosingClass();
        c != null && c != root;
        c = c.getEnclosingClass()) {
      if (c == root.getEnclosingClass()) {
        break;
      }
      tag = c.getSimpleName() + "." + tag;
    }
    return tag;
  }

  private Product product(Class<?> type, Map<TypeVariable<?>, Type> bound, String where) {
    Encoding<?> seen = bound.isEmpty() ? known.get(type) : null;
    if (seen instanceof Product product) {
      return product;
    }
    RecordComponent[] components = type.getRecordComponents();
    Product product = new Product(type, components);
    if (bound.isEmpty()) {
      known.put(type, product);
    }
    for (int i = 0; i < components.length; i++) {
      String name = type.getName() + "." + components[i].getName();
      product.forms[i] = of(components[i].getGenericType(), bound, name + " in " + where);
    }
    return product;
  }

  /** A sealed family: the tag, then the record. */
  static final class Family implements Encoding<Object> {
    private final Class<?> root;
    private final Map<String, Product> byTag = new TreeMap<>();
    private final Map<Class<?>, Member> members = new HashMap<>();

    private record Member(String tag, Product product) {}

    private Family(Class<?> root) {
      this.root = root;
    }

    private void add(String tag, Class<?> member, Product product) {
      members.put(member, new Member(tag, product));
      if (byTag.put(tag, product) != null) {
        throw new IllegalArgumentException(
            "two records of " + root.getName() + " have the tag \"" + tag + "\"");
      }
    }

    Set<String> tags() {
      return Collections.unmodifiableSet(byTag.keySet());
    }

    private Member memberOf(Class<?> type) {
      Member member = members.get(type);
      if (member == null) {
        throw new IllegalArgumentException(type.getName() + " is no record of " + root.getName());
      }
      return member;
    }

    private String tagOf(Class<?> type) {
      return memberOf(type).tag;
    }

    private Product member(Input in) {
      String tag = in.text();
      Product product = byTag.get(tag);
      if (product == null) {
        throw in.unknown("no " + root.getSimpleName() + " with the tag \"" + tag + "\"");
      }
      return product;
    }

    @Override
    public void write(Object value, Output out, int depth) {
      Member member = memberOf(value.getClass());
      out.text(member.tag);
      member.product.write(value, out, depth);
    }

    @Override
    public Object read(Input in, int depth) {
      Product product = member(in);
      String outer = in.tag;
      in.tag = tagOf(product.type);
      Object value = product.read(in, depth);
      in.tag = outer;
      return value;
    }
  }

  /** A member of a family itself, not a value of it: its tag. */
  private record ClassForm(Family family) implements Encoding<Class<?>> {
    @Override
    public void write(Class<?> value, Output out, int depth) {
      out.text(family.tagOf(value));
    }

    @Override
    public Class<?> read(Input in, int depth) {
      return family.member(in).type;
    }
  }

  /** A record: the number of components, then each. */
  private static final class Product implements Encoding<Object> {
    private final Class<?> type;
    private final Function<Object, Object>[] accessors;
    private final MethodHandle constructor;
    final Encoding<Object>[] forms;

    @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
    Product(Class<?> type, RecordComponent[] components) {
      this.type = type;
      this.accessors = new Function[components.length];
      this.forms = new Encoding[components.length];
      Class<?>[] types = new Class<?>[components.length];
      try {
        for (int i = 0; i < components.length; i++) {
          types[i] = components[i].getType();
          accessors[i] = getter(accessor(components[i].getAccessor()));
        }
        constructor = spread(type.getDeclaredConstructor(types));
      } catch (ReflectiveOperationException | RuntimeException e) {
        throw new IllegalArgumentException(
            "no access to the components of " + type.getName() + ": export its package", e);
      }
    }

    /** The package of a record of the API is exported; a hidden record is one of this module. */
    private static MethodHandle accessor(Method accessor) throws IllegalAccessException {
      try {
        return LOOKUP.unreflect(accessor);
      } catch (IllegalAccessException e) {
        accessor.setAccessible(true);
        return LOOKUP.unreflect(accessor);
      }
    }

    /**
     * The accessor as a function of its own, which compiled code calls about as fast as the
     * accessor itself; a handle that is no constant costs many times more.
     */
    private Function<Object, Object> getter(MethodHandle accessor) {
      MethodType shape = MethodType.methodType(Object.class, Object.class);
      try {
        return (Function<Object, Object>)
            LambdaMetafactory.metafactory(
                    LOOKUP,
                    "apply",
                    MethodType.methodType(Function.class),
                    shape,
                    accessor,
                    accessor.type().wrap())
                .getTarget()
                .invokeExact();
      } catch (LambdaConversionException hidden) {
        // A record that only its own package may see: the handle itself has access.
        MethodHandle general = accessor.asType(shape);
        return value -> {
          try {
            return general.invokeExact(value);
          } catch (RuntimeException | Error e) {
            throw e;
          } catch (Throwable e) {
            throw failed(e);
          }
        };
      } catch (RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw failed(e);
      }
    }

    /**
     * Handles declare Throwable; what is neither unchecked nor an Error cannot come from a record.
     */
    private IllegalStateException failed(Throwable e) {
      return new IllegalStateException("an accessor of " + type.getName() + " threw", e);
    }

    private static MethodHandle constructor(Constructor<?> constructor)
        throws IllegalAccessException {
      try {
        return LOOKUP.unreflectConstructor(constructor);
      } catch (IllegalAccessException e) {
        constructor.setAccessible(true);
        return LOOKUP.unreflectConstructor(constructor);
      }
    }

    private static MethodHandle spread(Constructor<?> constructor) throws IllegalAccessException {
      return constructor(constructor)
          .asSpreader(Object[].class, constructor.getParameterCount())
          .asType(MethodType.methodType(Object.class, Object[].class));
    }

    @Override
    public void write(Object value, Output out, int depth) {
      RecordCodec.checkDepth(depth);
      out.varint(accessors.length);
      for (int i = 0; i < accessors.length; i++) {
        @Nullable Object component = accessors[i].apply(value);
        if (component == null) {
          throw new IllegalArgumentException(
              "null has no binary form: "
                  + type.getName()
                  + "."
                  + type.getRecordComponents()[i].getName());
        }
        forms[i].write(component, out, depth + 1);
      }
    }

    /** The public constructor of the shape that the record had before it grew. */
    private MethodHandle former(Input in, int count) {
      RecordComponent[] components = type.getRecordComponents();
      Class<?>[] types = new Class<?>[count];
      Arrays.setAll(types, i -> components[i].getType());
      try {
        return spread(type.getConstructor(types));
      } catch (ReflectiveOperationException e) {
        throw in.unknown(
            count
                + " components of "
                + type.getSimpleName()
                + ", this version needs \""
                + components[count].getName()
                + "\"");
      }
    }

    @Override
    public Object read(Input in, int depth) {
      if (depth > RecordCodec.MAX_DEPTH) {
        throw in.corrupted("records nested deeper than " + RecordCodec.MAX_DEPTH);
      }
      long found = in.varint();
      if (found < 0 || found > accessors.length) {
        throw in.unknown(
            Long.toUnsignedString(found)
                + " components of "
                + type.getSimpleName()
                + ", this version knows "
                + accessors.length);
      }
      Object[] components = new Object[accessors.length];
      MethodHandle maker = constructor;
      for (int i = 0; i < components.length; i++) {
        if (i < found) {
          components[i] = forms[i].read(in, depth + 1);
        } else {
          Object absent = forms[i].absent();
          if (absent == null) {
            maker = former(in, (int) found);
            components = Arrays.copyOf(components, (int) found);
            break;
          }
          components[i] = absent;
        }
      }
      try {
        return maker.invokeExact(components);
      } catch (Error e) {
        throw e;
      } catch (Throwable e) {
        throw in.corrupted(
            "a " + type.getSimpleName() + " that cannot be: " + e.getMessage(),
            e instanceof EdgeBeatException ? null : e);
      }
    }
  }

  /** An optional value: 0, or 1 and the value. */
  private record OptionalForm(Encoding<Object> inner) implements Encoding<Optional<Object>> {
    @Override
    public void write(Optional<Object> value, Output out, int depth) {
      out.octet(value.isPresent() ? 1 : 0);
      if (value.isPresent()) {
        inner.write(value.get(), out, depth + 1);
      }
    }

    @Override
    public Optional<Object> read(Input in, int depth) {
      return Leaves.flag(in) ? Optional.of(inner.read(in, depth + 1)) : Optional.empty();
    }

    @Override
    public Optional<Object> absent() {
      return Optional.empty();
    }
  }

  /** A list: the number of elements, then each. */
  private record ListForm(Encoding<Object> inner) implements Encoding<List<Object>> {
    @Override
    public void write(List<Object> value, Output out, int depth) {
      out.varint(value.size());
      for (Object element : value) {
        inner.write(element, out, depth + 1);
      }
    }

    @Override
    public List<Object> read(Input in, int depth) {
      int count = in.count("elements");
      List<Object> list = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        list.add(inner.read(in, depth + 1));
      }
      return Collections.unmodifiableList(list);
    }

    @Override
    public List<Object> absent() {
      return List.of();
    }
  }

  /** A set: like a list, ordered by the bytes of its elements. */
  private record SetForm<S extends Set<Object>>(
      Encoding<Object> inner, Function<Set<Object>, S> finish) implements Encoding<Set<Object>> {
    @Override
    public void write(Set<Object> value, Output out, int depth) {
      if (value.size() < 2) {
        out.varint(value.size());
        value.forEach(element -> inner.write(element, out, depth + 1));
        return;
      }
      SortedSet<byte[]> encoded = new TreeSet<>(Arrays::compareUnsigned);
      value.forEach(element -> encoded.add(alone(inner, element, depth)));
      out.varint(encoded.size());
      encoded.forEach(out::raw);
    }

    @Override
    public Set<Object> read(Input in, int depth) {
      int count = in.count("elements");
      Set<Object> set = new LinkedHashSet<>();
      int from = 0;
      int to = 0;
      for (int i = 0; i < count; i++) {
        int start = in.at();
        set.add(inner.read(in, depth + 1));
        if (i > 0 && in.compare(from, to, start, in.at()) >= 0) {
          throw in.corrupted("elements that are not in order");
        }
        from = start;
        to = in.at();
      }
      return finish.apply(set);
    }

    @Override
    public Set<Object> absent() {
      return finish.apply(Set.of());
    }
  }

  /** A map: keys and values in turn, ordered by the bytes of the keys. */
  private record MapForm(Encoding<Object> keys, Encoding<Object> values, boolean sorted)
      implements Encoding<Map<Object, Object>> {
    @Override
    public void write(Map<Object, Object> value, Output out, int depth) {
      if (value.size() < 2) {
        out.varint(value.size());
        value.forEach(
            (k, v) -> {
              keys.write(k, out, depth + 1);
              values.write(v, out, depth + 1);
            });
        return;
      }
      SortedMap<byte[], byte[]> encoded = new TreeMap<>(Arrays::compareUnsigned);
      value.forEach((k, v) -> encoded.put(alone(keys, k, depth), alone(values, v, depth)));
      out.varint(encoded.size());
      encoded.forEach(
          (k, v) -> {
            out.raw(k);
            out.raw(v);
          });
    }

    @Override
    public Map<Object, Object> read(Input in, int depth) {
      int count = in.count("entries");
      Map<Object, Object> map = sorted ? new TreeMap<>() : new LinkedHashMap<>();
      int from = 0;
      int to = 0;
      for (int i = 0; i < count; i++) {
        int start = in.at();
        Object key = keys.read(in, depth + 1);
        if (i > 0 && in.compare(from, to, start, in.at()) >= 0) {
          throw in.corrupted("keys that are not in order");
        }
        from = start;
        to = in.at();
        map.put(key, values.read(in, depth + 1));
      }
      return finish(map);
    }

    private static Map<Object, Object> finish(Map<Object, Object> map) {
      return map instanceof SortedMap<Object, Object> s
          ? Collections.unmodifiableSortedMap(s)
          : Collections.unmodifiableMap(map);
    }

    @Override
    public Map<Object, Object> absent() {
      return finish(sorted ? new TreeMap<>() : Map.of());
    }
  }

  private static byte[] alone(Encoding<Object> form, Object value, int depth) {
    Output out = new Output();
    form.write(value, out, depth + 1);
    return out.toBytes();
  }
}
