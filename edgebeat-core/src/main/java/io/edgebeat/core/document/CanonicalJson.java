package io.edgebeat.core.document;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/**
 * Writes a document in its one spelling and reads no other: UTF-8, members sorted by code points,
 * no white space, only what must be escaped is (as in RFC 8785, section 3.2.2.2), whole numbers of
 * 64 bits in decimal.
 */
final class CanonicalJson {
  /** The most bytes a document has: one raw block of a content store. */
  static final int MAX_BYTES = 256 * 1024;

  /** The most bytes any document has: a proof, which holds others. */
  static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final int MAX_DEPTH = 16;

  /** Every feature that changes bytes is set here, whatever the library's default is or becomes. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonWriteFeature.ESCAPE_NON_ASCII)
          .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
          .disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE)
          .disable(JsonWriteFeature.WRITE_NUMBERS_AS_STRINGS)
          .enable(JsonWriteFeature.QUOTE_PROPERTY_NAMES)
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
          .disable(TokenStreamFactory.Feature.INTERN_PROPERTY_NAMES)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxDocumentLength(MOST_BYTES)
                  .maxStringLength(MAX_BYTES)
                  .maxNameLength(MAX_BYTES)
                  .maxNumberLength(20)
                  .build())
          .build();

  private CanonicalJson() {}

  static byte[] write(Json.Obj document) {
    return write(document, MAX_BYTES);
  }

  static byte[] write(Json.Obj document, int maxBytes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      write(generator, document, "");
    }
    byte[] written = bytes.toByteArray();
    checkSize(written.length, maxBytes);
    return written;
  }

  private static void write(JsonGenerator generator, Json value, String path) {
    switch (value) {
      case Json.Obj(var members) -> {
        generator.writeStartObject();
        for (Map.Entry<String, Json> member : members.entrySet()) {
          String inner = inner(path, member.getKey());
          generator.writeName(encodable(member.getKey(), inner));
          write(generator, member.getValue(), inner);
        }
        generator.writeEndObject();
      }
      case Json.Arr(var items) -> {
        generator.writeStartArray();
        for (Json item : items) {
          write(generator, item, path);
        }
        generator.writeEndArray();
      }
      case Json.Text(var text) -> generator.writeString(encodable(text, path));
      case Json.Int(var number) -> generator.writeNumber(number);
      case Json.Bool(var yes) -> generator.writeBoolean(yes);
    }
  }

  private static String encodable(String text, String path) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (!Character.isHighSurrogate(text.charAt(i))
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw invalid("member " + path + " has half a character at " + i, null);
        }
        i++;
      }
    }
    return text;
  }

  /**
   * Reads JSON of any spelling within the limits; whether it is the one is {@link #check}'s part.
   */
  static Json.Obj read(byte[] bytes, int maxBytes) {
    checkSize(bytes.length, maxBytes);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), bytes)) {
      Json value = value(parser, parser.nextToken(), "");
      if (parser.nextToken() != null) {
        throw invalid("something follows the document", null);
      }
      if (value instanceof Json.Obj document) {
        return document;
      }
      throw invalid("a document is a JSON object", null);
    } catch (JacksonException e) {
      throw invalid("not JSON: " + e.getOriginalMessage() + where(e), e);
    }
  }

  private static String where(JacksonException e) {
    return e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
  }

  private static Json value(JsonParser parser, @Nullable JsonToken token, String path) {
    return switch (token) {
      case START_OBJECT -> {
        Json.Obj object = new Json.Obj();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          String inner = inner(path, name);
          if (object.members().containsKey(name)) {
            throw invalid("member " + inner + " is there twice", null);
          }
          object.put(name, value(parser, parser.nextToken(), inner));
        }
        yield object;
      }
      case START_ARRAY -> {
        List<Json> items = new ArrayList<>();
        for (JsonToken next = parser.nextToken();
            next != JsonToken.END_ARRAY;
            next = parser.nextToken()) {
          items.add(value(parser, next, path));
        }
        yield new Json.Arr(items);
      }
      case VALUE_STRING -> new Json.Text(parser.getString());
      case VALUE_NUMBER_INT -> new Json.Int(parser.getLongValue());
      case VALUE_TRUE -> new Json.Bool(true);
      case VALUE_FALSE -> new Json.Bool(false);
      case null -> throw invalid("the document ends too early", null);
      default ->
          throw invalid("member " + path + " is a " + token.name().toLowerCase(Locale.ROOT), null);
    };
  }

  /**
   * Refuses bytes that mean the same but are not the one spelling: they would have another hash.
   */
  static void check(byte[] found, byte[] canonical) {
    int at = Arrays.mismatch(found, canonical);
    if (at >= 0) {
      throw invalid("the JSON is not canonical from byte " + at + " on", null);
    }
  }

  private static void checkSize(int bytes, int maxBytes) {
    if (bytes > maxBytes) {
      throw new EdgeBeatException(
          ErrorCode.CONTENT_TOO_LARGE,
          "a document has at most " + maxBytes + " bytes, found " + bytes);
    }
  }

  private static String inner(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  static EdgeBeatException invalid(String message, @Nullable Throwable cause) {
    return new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, RetryAdvice.NEVER, message, cause);
  }
}
