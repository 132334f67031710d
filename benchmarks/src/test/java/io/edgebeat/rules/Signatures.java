package io.edgebeat.rules;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.GenericDeclaration;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What others can compile against, a line for each type and member: its name, then the rest of its
 * declaration. Left out are annotations and what every object has.
 */
final class Signatures {
  private static final Set<String> OF_EVERY_OBJECT =
      Set.of("equals(Object)", "hashCode()", "toString()");
  private static final int TYPE_MODIFIERS =
      Modifier.PUBLIC | Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;
  private static final int MEMBER_MODIFIERS = TYPE_MODIFIERS;

  /** The lines, each with the types that it names. */
  private final SortedMap<String, Set<Class<?>>> lines = new TreeMap<>();

  private Signatures() {}

  static SortedMap<String, Set<Class<?>>> of(List<Class<?>> types) {
    Signatures signatures = new Signatures();
    types.stream().filter(Signatures::isVisible).forEach(signatures::add);
    return signatures.lines;
  }

  /** Whether somebody outside of its package sees a type. */
  static boolean isVisible(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return isVisible(type.getModifiers())
        && !type.isAnonymousClass()
        && !type.isLocalClass()
        && (outer == null || isVisible(outer));
  }

  private static boolean isVisible(int modifiers) {
    return (modifiers & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0;
  }

  private void add(Class<?> type) {
    addType(type);
    for (Field field : type.getDeclaredFields()) {
      if (isVisible(field.getModifiers()) && !field.isSynthetic()) {
        put(
            name(type) + "." + field.getName(),
            modifiers(field.getModifiers()) + name(field.getGenericType()),
            uses(field, field.getGenericType()));
      }
    }
    for (Constructor<?> constructor : type.getDeclaredConstructors()) {
      if (isVisible(constructor.getModifiers()) && !constructor.isSynthetic()) {
        addCall(type, constructor, "<init>", "");
      }
    }
    for (Method method : type.getDeclaredMethods()) {
      if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
        String kind = method.isDefault() ? "default " : "";
        addCall(type, method, method.getName(), kind + name(method.getGenericReturnType()));
      }
    }
  }

  private void addType(Class<?> type) {
    int modifiers = type.getModifiers() & TYPE_MODIFIERS;
    String kind = "class";
    if (type.isInterface()) {
      kind = type.isAnnotation() ? "@interface" : "interface";
      modifiers &= ~(Modifier.ABSTRACT | Modifier.STATIC);
    } else if (type.isEnum() || type.isRecord()) {
      kind = type.isEnum() ? "enum" : "record";
      modifiers &= ~(Modifier.ABSTRACT | Modifier.STATIC | Modifier.FINAL);
    }
    StringBuilder line = new StringBuilder(modifiers(modifiers));
    line.append(type.isSealed() ? "sealed " : "").append(kind).append(variables(type));
    Set<Class<?>> used = uses(type);
    if (type.isRecord()) {
      StringJoiner components = new StringJoiner(", ", "(", ")");
      for (RecordComponent component : type.getRecordComponents()) {
        components.add(name(component.getGenericType()) + " " + component.getName());
        collect(component.getGenericType(), used);
      }
      line.append(components);
    }
    Type superType = type.getGenericSuperclass();
    if (superType != null && !Set.of(Object.class, Record.class).contains(type.getSuperclass())) {
      line.append(type.isEnum() ? "" : " extends " + name(superType));
      collect(superType, used);
    }
    Type[] interfaces = type.getGenericInterfaces();
    if (interfaces.length > 0) {
      line.append(type.isInterface() ? " extends " : " implements ").append(names(interfaces));
      Arrays.stream(interfaces).forEach(one -> collect(one, used));
    }
    if (type.isSealed()) {
      Class<?>[] permitted = type.getPermittedSubclasses();
      line.append(" permits ").append(names(permitted));
      // One that nobody sees is nobody's business; it is in the line, for there is one more.
      Stream.of(permitted).filter(Signatures::isVisible).forEach(used::add);
    }
    put(name(type), line.toString(), used);
  }

  private void addCall(Class<?> type, Executable call, String name, String result) {
    String key = name + "(" + names(call.getGenericParameterTypes()).replace(", ", ",") + ")";
    if (OF_EVERY_OBJECT.contains(key)) {
      return;
    }
    int modifiers = call.getModifiers() & MEMBER_MODIFIERS;
    if (type.isInterface()) {
      modifiers &= ~Modifier.ABSTRACT;
    }
    StringBuilder line = new StringBuilder(modifiers(modifiers));
    String variables = variables(call);
    line.append(variables).append(variables.isEmpty() ? "" : " ").append(result);
    Type[] exceptions = call.getGenericExceptionTypes();
    if (exceptions.length > 0) {
      line.append(" throws ").append(names(exceptions));
    }
    Set<Class<?>> used = uses(call);
    Stream.of(call.getGenericParameterTypes()).forEach(one -> collect(one, used));
    Stream.of(exceptions).forEach(one -> collect(one, used));
    if (call instanceof Method method) {
      collect(method.getGenericReturnType(), used);
    }
    put(name(type) + "." + key + (call.isVarArgs() ? "..." : ""), line.toString(), used);
  }

  private void put(String name, String rest, Set<Class<?>> used) {
    lines.put(name + " " + rest.strip(), used);
  }

  private static String modifiers(int modifiers) {
    String text = Modifier.toString(modifiers & MEMBER_MODIFIERS);
    return text.isEmpty() ? "" : text + " ";
  }

  private static String variables(GenericDeclaration declaration) {
    TypeVariable<?>[] variables = declaration.getTypeParameters();
    return variables.length == 0
        ? ""
        : Stream.of(variables)
            .map(variable -> variable.getName() + bounds(variable.getBounds()))
            .collect(Collectors.joining(", ", "<", ">"));
  }

  private static String bounds(Type[] bounds) {
    return bounds.length == 0 || bounds[0].equals(Object.class)
        ? ""
        : " extends " + names(bounds).replace(", ", " & ");
  }

  private static String names(Type[] types) {
    return Stream.of(types).map(Signatures::name).collect(Collectors.joining(", "));
  }

  private static String name(Type type) {
    return type.getTypeName().replace('$', '.').replaceAll("\\bjava\\.lang\\.(?=[A-Z])", "");
  }

  /** The annotations that are there at run time, and all types. */
  private static Set<Class<?>> uses(AnnotatedElement element, Type... types) {
    Set<Class<?>> used = new TreeSet<>((a, b) -> a.getName().compareTo(b.getName()));
    Arrays.stream(element.getDeclaredAnnotations()).forEach(a -> used.add(a.annotationType()));
    if (element instanceof GenericDeclaration declaration) {
      for (TypeVariable<?> variable : declaration.getTypeParameters()) {
        Stream.of(variable.getBounds()).forEach(bound -> collect(bound, used));
      }
    }
    Stream.of(types).forEach(type -> collect(type, used));
    return used;
  }

  private static void collect(Type type, Set<Class<?>> used) {
    switch (type) {
      case Class<?> plain -> used.add(plain.isArray() ? element(plain) : plain);
      case ParameterizedType generic -> {
        collect(generic.getRawType(), used);
        Stream.of(generic.getActualTypeArguments()).forEach(one -> collect(one, used));
      }
      case GenericArrayType array -> collect(array.getGenericComponentType(), used);
      case WildcardType wildcard -> {
        Stream.of(wildcard.getUpperBounds()).forEach(one -> collect(one, used));
        Stream.of(wildcard.getLowerBounds()).forEach(one -> collect(one, used));
      }
      default -> {
        // A type variable: its bounds are collected where it is declared.
      }
    }
  }

  private static Class<?> element(Class<?> array) {
    Class<?> element = array;
    while (element.isArray()) {
      element = element.getComponentType();
    }
    return element;
  }
}
