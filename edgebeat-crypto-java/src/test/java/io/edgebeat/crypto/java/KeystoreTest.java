package io.edgebeat.crypto.java;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published files of Web3 Secret Storage, our own, and files that somebody has changed. */
class KeystoreTest {
  private static final SignatureBackend BACKEND = new JavaSignatureBackend();
  private static final Keystore.Cost CHEAP = new Keystore.Cost(2, 1, 1);
  private static final String KEY =
      "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";
  private static final char[] PASSWORD = "testpassword".toCharArray();
  private static final String PUBLISHED_PBKDF2 =
      """
      {
        "crypto" : {
          "cipher" : "aes-128-ctr",
          "cipherparams" : {"iv" : "6087dab2f9fdbbfaddc31a909735c1e6"},
          "ciphertext" : "5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46",
          "kdf" : "pbkdf2",
          "kdfparams" : {
            "c" : 262144,
            "dklen" : 32,
            "prf" : "hmac-sha256",
            "salt" : "ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"
          },
          "mac" : "517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"
        },
        "id" : "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version" : 3
      }
      """;
  private static final String PUBLISHED_SCRYPT =
      """
      {
        "crypto" : {
          "cipher" : "aes-128-ctr",
          "cipherparams" : {"iv" : "83dbcc02d8ccb40e466191a123791e0e"},
          "ciphertext" : "d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c",
          "kdf" : "scrypt",
          "kdfparams" : {
            "dklen" : 32,
            "n" : 262144,
            "p" : 8,
            "r" : 1,
            "salt" : "ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"
          },
          "mac" : "2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"
        },
        "id" : "3198bc9c-6672-5ab3-d995-4942343ae5b6",
        "version" : 3
      }
      """;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {PUBLISHED_PBKDF2, PUBLISHED_SCRYPT})
  void opensThePublishedFiles(String published) throws IOException {
    KeySigner expected = KeySigner.of(BACKEND, key());
    assertThat(Keystore.open(file(published), PASSWORD, BACKEND).publicKey())
        .isEqualTo(expected.publicKey());
  }

  @Test
  void opensWhatItMade() {
    Path file = directory.resolve("key.json");
    KeySigner made = Keystore.create(file, PASSWORD, key(), CHEAP, new SecureRandom(), BACKEND);
    assertThat(made.publicKey()).isEqualTo(KeySigner.of(BACKEND, key()).publicKey());
    assertThat(Keystore.open(file, PASSWORD, BACKEND).publicKey()).isEqualTo(made.publicKey());
  }

  @Test
  void aPasswordMayBeAnyText() {
    Path file = directory.resolve("key.json");
    char[] password = "p\u00e4ssw\u00f6rt \ud83d\udd11".toCharArray();
    KeySigner made = Keystore.create(file, password, key(), CHEAP, new SecureRandom(), BACKEND);
    assertThat(Keystore.open(file, password, BACKEND).publicKey()).isEqualTo(made.publicKey());
    assertThat(password).isEqualTo("p\u00e4ssw\u00f6rt \ud83d\udd11".toCharArray());
  }

  @Test
  void aNewKeyIsAtTheStandardCost() throws IOException {
    Path file = directory.resolve("key.json");
    KeySigner made = Keystore.create(file, PASSWORD, new SecureRandom(), BACKEND);
    assertThat(Files.readString(file)).contains("\"n\":262144", "\"r\":8", "\"p\":1");
    assertThat(Keystore.open(file, PASSWORD, BACKEND).address()).isEqualTo(made.address());
  }

  @Test
  void onlyTheOwnerMayReadTheFileAndNothingElseIsLeft() throws IOException {
    Path file = create();
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).containsExactly(file);
    }
    assertThat(Files.readString(file)).doesNotContain(KEY);
  }

  @Test
  void twoFilesOfOneKeyAndPasswordHaveNothingInCommon() throws IOException {
    String one = Files.readString(create("one"));
    String two = Files.readString(create("two"));
    for (String field : List.of("salt", "iv", "ciphertext", "mac", "id")) {
      assertThat(field(one, field)).as(field).isNotEqualTo(field(two, field));
    }
  }

  @Test
  void neverOverwrites() throws IOException {
    Path file = create();
    byte[] before = Files.readAllBytes(file);
    assertThat(bad(catchThrowable(this::create))).contains("key.json", "exists already");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
  }

  @Test
  void refusesAnEmptyPassword() {
    Path file = directory.resolve("key.json");
    assertThatThrownBy(() -> Keystore.create(file, new char[0], new SecureRandom(), BACKEND))
        .isInstanceOfSatisfying(
            EdgeBeatException.class,
            e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT));
    assertThat(file).doesNotExist();
  }

  @Test
  void aMissingDirectoryIsNamed() {
    Path file = directory.resolve("no-such-directory").resolve("key.json");
    assertThatThrownBy(
            () -> Keystore.create(file, PASSWORD, key(), CHEAP, new SecureRandom(), BACKEND))
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FAILED))
        .hasMessageContaining(file.toString());
  }

  @Test
  void aWrongPasswordIsNotRepeated() {
    Path file = create();
    for (String wrong : List.of("", "testpasswore", "testpassword ", "Testpassword")) {
      assertThat(bad(catchThrowable(() -> Keystore.open(file, wrong.toCharArray(), BACKEND))))
          .contains("key.json", "password is wrong")
          .doesNotContainIgnoringCase("testpass");
    }
  }

  @Test
  void missingAndEmptyFilesAreNamed() throws IOException {
    assertThat(opening(directory.resolve("nothing.json"))).contains("nothing.json", "not exist");
    assertThat(opening(file(""))).contains("is empty");
    assertThat(opening(file("x".repeat(70_000)))).contains("more than 65536 bytes");
    assertThat(opening(directory)).contains("cannot be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"version\" : 3 | \"version\" : 1 | version 1 is unknown",
        "\"version\" : 3 | \"vision\" : 3 | version is missing",
        "\"version\" : 3 | \"version\" : \"3\" | version is not a whole number",
        "\"version\" : 3 | \"version\" : 3, \"version\" : 3 | not JSON from line 17",
        "\"crypto\" | \"krypto\" | crypto is missing",
        "aes-128-ctr | aes-256-cbc | cipher is not aes-128-ctr",
        "\"kdf\" : \"scrypt\" | \"kdf\" : \"argon2\" | neither scrypt nor pbkdf2",
        "\"kdf\" : \"scrypt\" | \"kdf\" : \"pbkdf2\" | kdfparams.prf is missing",
        "\"dklen\" : 32 | \"dklen\" : 64 | dklen is 64",
        "\"n\" : 262144 | \"n\" : 262143 | n is 262143, not a power of two",
        "\"n\" : 262144 | \"n\" : 0 | n is 0, not a power of two",
        "\"n\" : 262144 | \"n\" : -2 | n is -2, not a power of two",
        "\"n\" : 262144 | \"n\" : 1073741824 | not a power of two from 2 to 2^22",
        "\"n\" : 262144 | \"n\" : 99999999999999999999 | not JSON from line",
        "\"n\" : 262144 | \"n\" : 2.5 | n is not a whole number",
        "\"n\" : 262144 | \"n\" : 4194304, \"x\" : [[{}]] | ask for more than 512 MiB or too long",
        "\"r\" : 1 | \"r\" : 17 | ask for more than 512 MiB or too long",
        "\"r\" : 1 | \"r\" : 0 | r is 0",
        "\"p\" : 8 | \"p\" : 1025 | p is 1025",
        "\"p\" : 8 | \"p\" : 64 | too long",
        "83dbcc02d8ccb40e466191a123791e0e | 83dbcc | cipherparams.iv has 6 digits",
        "83dbcc02d8ccb40e466191a123791e0e | 83dbcc02d8ccb40e466191a123791e0x | iv is not hexadec",
        "d172bf743a674da9cdad04534d56926e | '' | crypto.ciphertext has 32 digits",
        "\"version\" : 3 | \"version\" : 3, | not JSON from line",
        "\"id\" | \"address\" : \"7e5f4552091a69125d5dfcb7b8c2659029395bdf\", \"id\" | says it"
            + " holds"
      })
  void whatIsWrongIsNamed(String from, String to, String problem) throws IOException {
    String changed = PUBLISHED_SCRYPT.replace(from, to);
    assertThat(opening(file(changed))).contains(problem);
  }

  @Test
  void pbkdf2IsLimitedToo() throws IOException {
    for (String iterations : List.of("0", "-1", "10000001", "99999999999")) {
      assertThat(opening(file(PUBLISHED_PBKDF2.replace("262144", iterations))))
          .contains("c is " + iterations);
    }
    assertThat(opening(file(PUBLISHED_PBKDF2.replace("hmac-sha256", "hmac-sha512"))))
        .contains("prf is not hmac-sha256");
  }

  /** Somebody points at a bare private key: a likely mistake, and then its digits stay unseen. */
  @Test
  void aFileThatIsNoJsonIsNotQuoted() throws IOException {
    for (String text : List.of(KEY, "\"" + KEY + "\"", "{" + KEY, "{\"a\":1} " + KEY)) {
      Throwable thrown = catchThrowable(() -> Keystore.open(file(text), PASSWORD, BACKEND));
      assertThat(bad(thrown)).doesNotContain(KEY.substring(0, 6));
      assertThat(thrown).hasNoCause();
    }
  }

  /** Each byte of a file, changed: it opens to the same key or says what is wrong, nothing else. */
  @Test
  void noChangedByteOpensAnotherKey() throws IOException {
    byte[] original = Files.readAllBytes(create());
    KeySigner expected = KeySigner.of(BACKEND, key());
    Path file = directory.resolve("changed.json");
    int refused = 0;
    for (int i = 0; i < original.length; i++) {
      for (byte other : new byte[] {'0', '9', 'a', '"', '}', ' ', 0, (byte) 0xff}) {
        if (original[i] != other) {
          byte[] changed = original.clone();
          changed[i] = other;
          Files.write(file, changed);
          try {
            assertThat(Keystore.open(file, PASSWORD, BACKEND).publicKey())
                .isEqualTo(expected.publicKey());
          } catch (EdgeBeatException e) {
            assertThat(bad(e)).contains("changed.json").doesNotContain("testpassword", KEY);
            refused++;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(5 * original.length);
  }

  @Test
  void costsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> new Keystore.Cost(3, 8, 1)).hasMessageContaining("n is 3");
    assertThatThrownBy(() -> new Keystore.Cost(1 << 20, 8, 1)).hasMessageContaining("512 MiB");
    assertThat(Keystore.Cost.STANDARD.n()).isEqualTo(262144);
    assertThat(Keystore.Cost.LIGHT.n()).isEqualTo(4096);
  }

  private static Secret key() {
    return Secret.of(HexFormat.of().parseHex(KEY));
  }

  private Path create() {
    return create("key.json");
  }

  private Path create(String name) {
    Path file = directory.resolve(name);
    Keystore.create(file, PASSWORD, key(), CHEAP, new SecureRandom(), BACKEND);
    return file;
  }

  private Path file(String text) throws IOException {
    Path file = directory.resolve("given.json");
    Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static String opening(Path file) {
    return bad(catchThrowable(() -> Keystore.open(file, PASSWORD, BACKEND)));
  }

  private static String bad(Throwable thrown) {
    assertThat(thrown)
        .isInstanceOfSatisfying(
            EdgeBeatException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_KEYSTORE));
    return thrown.getMessage();
  }

  private static String field(String json, String name) {
    int start = json.indexOf("\"" + name + "\":\"") + name.length() + 4;
    return json.substring(start, json.indexOf('"', start));
  }
}
