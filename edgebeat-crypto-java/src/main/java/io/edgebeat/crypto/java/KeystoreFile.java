package io.edgebeat.crypto.java;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The JSON of a Web3 Secret Storage file, version 3: read, checked and written. */
final class KeystoreFile {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** Forty times what is usual: some seconds. */
  private static final int MAX_ITERATIONS = 10_000_000;

  /** How the password becomes a key of 32 bytes. */
  sealed interface Kdf {

    /** Slow by design. */
    byte[] derive(byte[] password);
  }

  /** Tests of a password cost time and memory. */
  static final class ScryptKdf implements Kdf {
    final Keystore.Cost cost;
    final byte[] salt;

    ScryptKdf(Keystore.Cost cost, byte[] salt) {
      this.cost = cost;
      this.salt = salt;
    }

    @Override
    public byte[] derive(byte[] password) {
      return Scrypt.derive(password, salt, cost.n(), cost.r(), cost.p(), 32);
    }
  }

  /** Tests of a password cost time only; read, never written. */
  static final class Pbkdf2Kdf implements Kdf {
    final int iterations;
    final byte[] salt;

    Pbkdf2Kdf(int iterations, byte[] salt) {
      this.iterations = iterations;
      this.salt = salt;
    }

    @Override
    public byte[] derive(byte[] password) {
      return Scrypt.pbkdf2(password, salt, iterations, 32);
    }
  }

  /** What is wrong with a file; whoever knows the file's name adds it. */
  static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    final String problem;

    Damaged(String problem) {
      super(problem);
      this.problem = problem;
    }
  }

  final Kdf kdf;
  final byte[] iv;
  final byte[] ciphertext;
  final byte[] mac;

  /** Forty digits in lower case; some programs leave it out for privacy. */
  final @Nullable String address;

  KeystoreFile(Kdf kdf, byte[] iv, byte[] ciphertext, byte[] mac, @Nullable String address) {
    this.kdf = kdf;
    this.iv = iv;
    this.ciphertext = ciphertext;
    this.mac = mac;
    this.address = address;
  }

  static KeystoreFile read(byte[] json) throws Damaged {
    Fields root = parse(json);
    long version = root.number("version");
    if (version != 3) {
      throw new Damaged("version " + version + " is unknown; only 3 is read");
    }
    // Programs in the wild write either.
    Fields crypto = root.object(root.has("Crypto") ? "Crypto" : "crypto");
    String cipher = crypto.text("cipher");
    if (!cipher.equals("aes-128-ctr")) {
      throw new Damaged("cipher is not aes-128-ctr, the only one that is read");
    }
    Fields parameters = crypto.object("kdfparams");
    if (parameters.number("dklen") != 32) {
      throw new Damaged("dklen is " + parameters.number("dklen") + "; only 32 is read");
    }
    byte[] salt = parameters.bytes("salt", 0, 1024);
    Kdf kdf =
        switch (crypto.text("kdf")) {
          case "scrypt" -> new ScryptKdf(scryptCost(parameters), salt);
          case "pbkdf2" -> new Pbkdf2Kdf(iterations(parameters), salt);
          default -> throw new Damaged("kdf is neither scrypt nor pbkdf2");
        };
    return new KeystoreFile(
        kdf,
        crypto.object("cipherparams").bytes("iv", 16, 16),
        crypto.bytes("ciphertext", 32, 32),
        crypto.bytes("mac", 32, 32),
        root.has("address") ? HexFormat.of().formatHex(root.bytes("address", 20, 20)) : null);
  }

  private static Keystore.Cost scryptCost(Fields parameters) throws Damaged {
    long n = parameters.number("n");
    long r = parameters.number("r");
    long p = parameters.number("p");
    String problem = Keystore.Cost.problem(n, r, p);
    if (problem != null) {
      throw new Damaged(problem);
    }
    return new Keystore.Cost((int) n, (int) r, (int) p);
  }

  private static int iterations(Fields parameters) throws Damaged {
    if (!parameters.text("prf").equals("hmac-sha256")) {
      throw new Damaged("prf is not hmac-sha256, the only one that is read");
    }
    long iterations = parameters.number("c");
    if (iterations < 1 || iterations > MAX_ITERATIONS) {
      throw new Damaged("c is " + iterations + ", outside of 1 .. " + MAX_ITERATIONS);
    }
    return (int) iterations;
  }

  /** The text of a file with scrypt. */
  static byte[] write(KeystoreFile file, ScryptKdf kdf, String id) {
    HexFormat hex = HexFormat.of();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      if (file.address != null) {
        json.writeStringProperty("address", file.address);
      }
      json.writeObjectPropertyStart("crypto");
      json.writeStringProperty("cipher", "aes-128-ctr");
      json.writeObjectPropertyStart("cipherparams");
      json.writeStringProperty("iv", hex.formatHex(file.iv));
      json.writeEndObject();
      json.writeStringProperty("ciphertext", hex.formatHex(file.ciphertext));
      json.writeStringProperty("kdf", "scrypt");
      json.writeObjectPropertyStart("kdfparams");
      json.writeNumberProperty("dklen", 32);
      json.writeNumberProperty("n", kdf.cost.n());
      json.writeNumberProperty("p", kdf.cost.p());
      json.writeNumberProperty("r", kdf.cost.r());
      json.writeStringProperty("salt", hex.formatHex(kdf.salt));
      json.writeEndObject();
      json.writeStringProperty("mac", hex.formatHex(file.mac));
      json.writeEndObject();
      json.writeStringProperty("id", id);
      json.writeNumberProperty("version", 3);
      json.writeEndObject();
    }
    bytes.write('\n');
    return bytes.toByteArray();
  }

  private static Fields parse(byte[] json) throws Damaged {
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new Damaged("it is not a JSON object");
      }
      Fields root = fields(parser, "");
      if (parser.nextToken() != null) {
        throw new Damaged("something follows the JSON object");
      }
      return root;
    } catch (JacksonException e) {
      // Its message quotes the file, which may be anything: even a bare private key.
      throw new Damaged(
          "it is not JSON from line "
              + e.getLocation().getLineNr()
              + ", column "
              + e.getLocation().getColumnNr());
    }
  }

  private static Fields fields(JsonParser parser, String path) throws Damaged {
    Map<String, Object> values = new HashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      Object value =
          switch (parser.nextToken()) {
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case START_OBJECT -> fields(parser, path + name + ".");
            default -> {
              // Fields that some programs add; nothing that is read here has another type.
              parser.skipChildren();
              yield "";
            }
          };
      values.put(name, value);
    }
    return new Fields(path, values);
  }

  /** A JSON object, with errors that name the field. */
  private record Fields(String path, Map<String, Object> values) {
    boolean has(String name) {
      return values.containsKey(name);
    }

    String text(String name) throws Damaged {
      return get(name, String.class, "text");
    }

    long number(String name) throws Damaged {
      return get(name, Long.class, "whole number");
    }

    Fields object(String name) throws Damaged {
      return get(name, Fields.class, "object");
    }

    byte[] bytes(String name, int min, int max) throws Damaged {
      String text = text(name);
      int start = text.startsWith("0x") ? 2 : 0;
      int digits = text.length() - start;
      if (digits % 2 != 0 || digits < 2 * min || digits > 2 * max) {
        throw new Damaged(path + name + " has " + digits + " digits");
      }
      try {
        return HexFormat.of().parseHex(text, start, text.length());
      } catch (IllegalArgumentException e) {
        throw new Damaged(path + name + " is not hexadecimal");
      }
    }

    private <T> T get(String name, Class<T> type, String kind) throws Damaged {
      Object value = values.get(name);
      if (!type.isInstance(value)) {
        throw new Damaged(path + name + (value == null ? " is missing" : " is not a " + kind));
      }
      return type.cast(value);
    }
  }
}
