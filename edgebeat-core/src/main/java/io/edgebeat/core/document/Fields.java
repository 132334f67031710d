package io.edgebeat.core.document;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Address;
import io.edgebeat.api.identity.Bytes32;
import io.edgebeat.api.identity.Signature;
import io.edgebeat.api.ledger.Amount;
import io.edgebeat.api.ledger.Asset;
import io.edgebeat.api.storage.ContentId;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object while it is read: each is taken once, with its type, and {@link
 * #end} refuses what nobody took. Every error names the member by its path.
 */
final class Fields {
  private static final Pattern UNITS = Pattern.compile("0|[1-9][0-9]{0,28}");

  private final String path;
  private final SortedMap<String, Json> left;

  private Fields(String path, Json.Obj object) {
    this.path = path;
    this.left = new TreeMap<>(object.members());
  }

  /**
   * Opens a document of one type and version.
   *
   * @throws EdgeBeatException {@code UNKNOWN_VERSION} before anything else of it is looked at
   */
  static Fields document(byte[] bytes, String type, long version) {
    return document(bytes, CanonicalJson.MAX_BYTES, type, version);
  }

  /** Opens a document that may be larger than one block. */
  static Fields document(byte[] bytes, int maxBytes, String type, long version) {
    return new Fields("", CanonicalJson.read(bytes, maxBytes)).typed(type, version);
  }

  /** Opens a document inside of this one. */
  Fields document(String name, String type, long version) {
    return object(name).typed(type, version);
  }

  private Fields typed(String type, long version) {
    Fields fields = this;
    String foundType = fields.text("type");
    if (!foundType.equals(type)) {
      throw fields.invalid("type", "is not \"" + type + "\"", null);
    }
    long found = fields.integer("version");
    if (found != version) {
      throw new EdgeBeatException(
          ErrorCode.UNKNOWN_VERSION,
          "this release reads version " + version + " of a " + type + ", found " + found);
    }
    return fields;
  }

  boolean has(String name) {
    return left.containsKey(name);
  }

  String text(String name) {
    if (take(name) instanceof Json.Text(var text)) {
      return text;
    }
    throw invalid(name, "is not text", null);
  }

  boolean bool(String name) {
    if (take(name) instanceof Json.Bool(var yes)) {
      return yes;
    }
    throw invalid(name, "is not true or false", null);
  }

  long integer(String name) {
    if (take(name) instanceof Json.Int(var number)) {
      return number;
    }
    throw invalid(name, "is not a whole number", null);
  }

  /** A number that counts something: not negative. */
  long count(String name) {
    return count(name, Long.MAX_VALUE);
  }

  /** A number that counts something and fits an int. */
  int smallCount(String name) {
    return (int) count(name, Integer.MAX_VALUE);
  }

  /** A number that fits an int, and may be negative. */
  int number(String name) {
    long number = integer(name);
    if (number != (int) number) {
      throw invalid(name, "does not fit 32 bits: " + number, null);
    }
    return (int) number;
  }

  /** The refusal of a member's value that this release does not know. */
  EdgeBeatException unknown(String name, String value) {
    return invalid(name, "is not known: " + value, null);
  }

  long count(String name, long max) {
    long number = integer(name);
    if (number < 0 || number > max) {
      throw invalid(name, "is outside of 0 .. " + max + ": " + number, null);
    }
    return number;
  }

  Fields object(String name) {
    if (take(name) instanceof Json.Obj object) {
      return new Fields(inner(name), object);
    }
    throw invalid(name, "is not an object", null);
  }

  List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Json item : items(name)) {
      if (!(item instanceof Json.Text(var text))) {
        throw invalid(name, "is not a list of texts", null);
      }
      texts.add(text);
    }
    return texts;
  }

  List<Fields> objects(String name) {
    List<Fields> objects = new ArrayList<>();
    for (Json item : items(name)) {
      if (!(item instanceof Json.Obj object)) {
        throw invalid(name, "is not a list of objects", null);
      }
      objects.add(new Fields(inner(name), object));
    }
    return objects;
  }

  private List<Json> items(String name) {
    if (take(name) instanceof Json.Arr(var items)) {
      return items;
    }
    throw invalid(name, "is not a list", null);
  }

  Map<String, String> textsByName(String name) {
    Fields object = object(name);
    Map<String, String> texts = new TreeMap<>();
    for (String key : List.copyOf(object.left.keySet())) {
      texts.put(key, object.text(key));
    }
    return texts;
  }

  Map<String, Long> countsByName(String name) {
    Fields object = object(name);
    Map<String, Long> counts = new TreeMap<>();
    for (String key : List.copyOf(object.left.keySet())) {
      counts.put(key, object.count(key));
    }
    return counts;
  }

  Address address(String name) {
    return parsed(name, Address::parse);
  }

  Bytes32 bytes32(String name) {
    return parsed(name, Bytes32::parse);
  }

  /** 65 bytes: r, s, v. */
  Signature signature(String name) {
    return parsed(
        name,
        hex ->
            Signature.of(HexFormat.of().parseHex(hex.startsWith("0x") ? hex.substring(2) : hex)));
  }

  Optional<Signature> optionalSignature(String name) {
    return has(name) ? Optional.of(signature(name)) : Optional.empty();
  }

  ContentId contentId(String name) {
    return parsed(name, ContentId::parse);
  }

  Optional<ContentId> optionalContentId(String name) {
    return has(name) ? Optional.of(contentId(name)) : Optional.empty();
  }

  Asset asset(String name) {
    Fields fields = object(name);
    String symbol = fields.text("symbol");
    int decimals = fields.smallCount("decimals");
    fields.end();
    return valid(name, () -> new Asset(symbol, decimals));
  }

  Amount amount(String name, Asset asset) {
    String units = text(name);
    if (!UNITS.matcher(units).matches()) {
      throw invalid(name, "is no decimal number of base units", null);
    }
    return valid(name, () -> new Amount(asset, new BigInteger(units)));
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String text = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw invalid(name, "is none of " + List.of(type.getEnumConstants()), null);
  }

  /** A text that is an id in its one spelling. */
  private <T> T parsed(String name, Function<String, T> parse) {
    String text = text(name);
    T value = valid(name, () -> parse.apply(text));
    if (!value.toString().equals(text)) {
      throw invalid(name, "is not spelled as " + value, null);
    }
    return value;
  }

  /**
   * Makes a value of members that were read; what its constructor refuses is the document's fault.
   */
  <T> T valid(String name, Maker<T> maker) {
    try {
      return maker.make();
    } catch (EdgeBeatException | IllegalArgumentException | ArithmeticException e) {
      throw invalid(name, "is not valid: " + e.getMessage(), e);
    } catch (DateTimeException e) {
      throw invalid(name, "is no time: " + e.getMessage(), e);
    }
  }

  /** Refuses members that nobody took. */
  void end() {
    if (!left.isEmpty()) {
      throw invalid(left.firstKey(), "is not known", null);
    }
  }

  private Json take(String name) {
    Json value = left.remove(name);
    if (value == null) {
      throw invalid(name, "is missing", null);
    }
    return value;
  }

  private String inner(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private EdgeBeatException invalid(String name, String what, @Nullable Throwable cause) {
    return CanonicalJson.invalid("member " + inner(name) + " " + what, cause);
  }

  /** Makes a value. */
  @FunctionalInterface
  interface Maker<T> {
    T make();
  }
}
