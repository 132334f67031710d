package io.edgebeat.chain.evm.rpc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** A JSON value, as little of it as JSON-RPC needs. */
public sealed interface Json {
  /** Deeper answers are no answers. */
  int MAX_DEPTH = 32;

  /** An object. */
  record Obj(Map<String, Json> fields) implements Json {}

  /** An array. */
  record Arr(List<Json> items) implements Json {}

  /** A text. */
  record Str(String text) implements Json {}

  /** A number, as it was written. */
  record Num(String digits) implements Json {}

  /** True or false. */
  record Bool(boolean value) implements Json {}

  /** Null. */
  record Null() implements Json {}

  /** Null. */
  static Json nothing() {
    return new Null();
  }

  /** A text. */
  static Json of(String text) {
    return new Str(text);
  }

  /** An array. */
  static Json array(Json... items) {
    return new Arr(List.of(items));
  }

  /** An array. */
  static Json array(List<Json> items) {
    return new Arr(List.copyOf(items));
  }

  /** An object of names and values in turn. */
  static Json object(Object... namesAndValues) {
    Map<String, Json> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      Object value = namesAndValues[i + 1];
      fields.put(
          (String) namesAndValues[i], value instanceof Json json ? json : of((String) value));
    }
    return new Obj(fields);
  }

  /**
   * Reads a whole document.
   *
   * @param bytes UTF-8
   * @return its value
   * @throws BadAnswerException when it is no JSON, or nested too deep
   */
  static Json parse(byte[] bytes) {
    try (JsonParser parser = Reader.FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      parser.nextToken();
      Json value = Reader.value(parser);
      if (parser.nextToken() != null) {
        throw new BadAnswerException("more than one JSON document");
      }
      return value;
    } catch (JacksonException e) {
      // Its own message would repeat what a stranger has sent.
      throw new BadAnswerException("no JSON (" + e.getClass().getSimpleName() + ")");
    }
  }

  /** What parses. */
  final class Reader {
    private static final JsonFactory FACTORY =
        JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(256)
                    .maxNumberLength(100)
                    .build())
            .build();

    private Reader() {}

    private static Json value(JsonParser parser) {
      JsonToken token = parser.currentToken();
      if (token == null) {
        throw new BadAnswerException("an empty document");
      }
      return switch (token) {
        case START_OBJECT -> {
          Map<String, Json> fields = new LinkedHashMap<>();
          while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, value(parser));
          }
          yield new Obj(fields);
        }
        case START_ARRAY -> {
          List<Json> items = new ArrayList<>();
          while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
          }
          yield new Arr(items);
        }
        case VALUE_STRING -> new Str(parser.getString());
        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(parser.getString());
        case VALUE_TRUE -> new Bool(true);
        case VALUE_FALSE -> new Bool(false);
        case VALUE_NULL -> nothing();
        default -> throw new BadAnswerException("no JSON value: " + token);
      };
    }
  }

  /** Whether it is null. */
  default boolean isNull() {
    return this instanceof Null;
  }

  /** A field of an object; {@link #nothing()} when it is absent. */
  default Json at(String name) {
    if (this instanceof Obj object) {
      Json value = object.fields().get(name);
      return value == null ? nothing() : value;
    }
    throw new BadAnswerException("an object with \"" + name + "\" is missing");
  }

  /** The items of an array. */
  default List<Json> items() {
    if (this instanceof Arr array) {
      return array.items();
    }
    throw new BadAnswerException("an array is missing");
  }

  /** The text. */
  default String text() {
    if (this instanceof Str text) {
      return text.text();
    }
    throw new BadAnswerException("a text is missing");
  }

  /** The text, or null. */
  default @Nullable String textOrNull() {
    return this instanceof Str text ? text.text() : null;
  }

  /** Writes it. */
  default void write(StringBuilder to) {
    switch (this) {
      case Obj object -> {
        char separator = '{';
        for (Map.Entry<String, Json> field : object.fields().entrySet()) {
          to.append(separator);
          separator = ',';
          quote(field.getKey(), to);
          to.append(':');
          field.getValue().write(to);
        }
        to.append(separator == '{' ? "{}" : "}");
      }
      case Arr array -> {
        to.append('[');
        for (int i = 0; i < array.items().size(); i++) {
          if (i > 0) {
            to.append(',');
          }
          array.items().get(i).write(to);
        }
        to.append(']');
      }
      case Str text -> quote(text.text(), to);
      case Num number -> to.append(number.digits());
      case Bool flag -> to.append(flag.value());
      case Null nothing -> to.append("null");
    }
  }

  private static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        to.append('\\').append(c);
      } else if (c < 0x20 || Character.isSurrogate(c)) {
        to.append("\\u").append(Character.forDigit(c >> 12, 16));
        to.append(Character.forDigit(c >> 8 & 15, 16));
        to.append(Character.forDigit(c >> 4 & 15, 16));
        to.append(Character.forDigit(c & 15, 16));
      } else {
        to.append(c);
      }
    }
    to.append('"');
  }
}
