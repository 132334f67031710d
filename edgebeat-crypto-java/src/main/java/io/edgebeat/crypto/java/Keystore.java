package io.edgebeat.crypto.java;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Keccak256;
import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import io.edgebeat.api.identity.SignatureBackend;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Private keys in files encrypted with a password: Web3 Secret Storage, version 3, the format that
 * Ethereum's programs share. Writes scrypt, reads scrypt and PBKDF2.
 *
 * <p>Passwords stay the caller's: they are neither kept nor overwritten here.
 */
public final class Keystore {
  private static final int MAX_FILE_BYTES = 64 * 1024;
  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private Keystore() {}

  /**
   * What a guess of the password costs: {@code 128 * n * r} bytes of memory and time in proportion
   * to {@code n * r * p} (RFC 7914).
   *
   * @param n a power of two
   * @param r the size of a block
   * @param p how often
   */
  public record Cost(int n, int r, int p) {
    /** About a second and 256 MiB. */
    public static final Cost STANDARD = new Cost(1 << 18, 8, 1);

    /** A tenth of the time and 4 MiB: for small devices, and only behind a long password. */
    public static final Cost LIGHT = new Cost(1 << 12, 8, 6);

    /**
     * Checks the parameters, so that nobody can be made to allocate what a file asks for.
     *
     * @throws EdgeBeatException {@code INVALID_ARGUMENT} naming the parameter that is out of range
     */
    public Cost {
      String problem = problem(n, r, p);
      if (problem != null) {
        throw new EdgeBeatException(ErrorCode.INVALID_ARGUMENT, problem);
      }
    }

    static @Nullable String problem(long n, long r, long p) {
      if (n < 2 || n > 1 << 22 || Long.bitCount(n) != 1) {
        return "scrypt n is " + n + ", not a power of two from 2 to 2^22";
      }
      if (r < 1 || r > 1024) {
        return "scrypt r is " + r + ", outside of 1 .. 1024";
      }
      if (p < 1 || p > 1024) {
        return "scrypt p is " + p + ", outside of 1 .. 1024";
      }
      // Twice the memory and four times the time of the standard.
      if (128 * n * r > 1 << 29 || n * r * p > 1 << 23) {
        return "scrypt n " + n + ", r " + r + ", p " + p + " ask for more than 512 MiB or too long";
      }
      return null;
    }
  }

  /**
   * Makes a new key and its file, at {@link Cost#STANDARD}.
   *
   * @param file where to; must not exist
   * @param password not empty
   * @param random where the key comes from
   * @param backend does the signer's arithmetic
   * @return a signer with the new key
   * @throws EdgeBeatException {@code BAD_KEYSTORE} when the file exists, {@code STORAGE_FAILED}
   *     when it cannot be written, {@code INVALID_ARGUMENT} for an empty password
   */
  public static KeySigner create(
      Path file, char[] password, SecureRandom random, SignatureBackend backend) {
    return create(file, password, KeySigner.generateKey(random), Cost.STANDARD, random, backend);
  }

  /**
   * Makes a file for a key that exists.
   *
   * @param file where to; must not exist
   * @param password not empty
   * @param privateKey 32 bytes
   * @param cost what a guess of the password shall cost
   * @param random where salt and initialization vector come from
   * @param backend does the signer's arithmetic
   * @return a signer with the key
   * @throws EdgeBeatException {@code BAD_KEYSTORE} when the file exists, {@code STORAGE_FAILED}
   *     when it cannot be written, {@code INVALID_ARGUMENT} for an empty password or no private key
   */
  public static KeySigner create(
      Path file,
      char[] password,
      Secret privateKey,
      Cost cost,
      SecureRandom random,
      SignatureBackend backend) {
    if (password.length == 0) {
      throw new EdgeBeatException(
          ErrorCode.INVALID_ARGUMENT, "an empty password would not protect " + file);
    }
    if (Files.exists(file)) {
      throw exists(file);
    }
    KeySigner signer = KeySigner.of(backend, privateKey);
    KeystoreFile.ScryptKdf kdf = new KeystoreFile.ScryptKdf(cost, randomBytes(random, 32));
    byte[] derived = derive(file, kdf, password);
    byte[] key = privateKey.reveal();
    byte[] iv = randomBytes(random, 16);
    try {
      byte[] ciphertext = aesCtr(derived, iv, key);
      KeystoreFile content =
          new KeystoreFile(
              kdf,
              iv,
              ciphertext,
              mac(derived, ciphertext),
              HexFormat.of().formatHex(signer.address().toBytes()));
      write(file, KeystoreFile.write(content, kdf, id(random)));
    } finally {
      Arrays.fill(derived, (byte) 0);
      Arrays.fill(key, (byte) 0);
    }
    return signer;
  }

  /**
   * Reads a key.
   *
   * @param file a file of this or another program
   * @param password the password
   * @param backend does the signer's arithmetic
   * @return a signer with the key
   * @throws EdgeBeatException {@code BAD_KEYSTORE} naming the file and what is wrong: it is
   *     missing, damaged or of an unknown kind, or the password is another
   */
  public static KeySigner open(Path file, char[] password, SignatureBackend backend) {
    KeystoreFile content;
    try {
      content = KeystoreFile.read(read(file));
    } catch (KeystoreFile.Damaged e) {
      throw bad(file, e.problem);
    }
    byte[] derived = derive(file, content.kdf, password);
    byte[] key = null;
    try {
      if (!MessageDigest.isEqual(mac(derived, content.ciphertext), content.mac)) {
        throw bad(file, "the password is wrong, or the file was changed");
      }
      key = aesCtr(derived, content.iv, content.ciphertext);
      KeySigner signer = signer(file, Secret.of(key), backend);
      // The check sum covers the ciphertext only: another iv would open to another account.
      String address = HexFormat.of().formatHex(signer.address().toBytes());
      if (content.address != null && !content.address.equals(address)) {
        throw bad(
            file,
            "it says it holds the key of 0x" + content.address + " but holds that of 0x" + address);
      }
      return signer;
    } finally {
      Arrays.fill(derived, (byte) 0);
      if (key != null) {
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  private static KeySigner signer(Path file, Secret key, SignatureBackend backend) {
    try {
      return KeySigner.of(backend, key);
    } catch (EdgeBeatException e) {
      throw bad(file, "what it holds is not a private key of secp256k1");
    }
  }

  private static byte[] derive(Path file, KeystoreFile.Kdf kdf, char[] password) {
    byte[] bytes = utf8(password);
    try {
      return kdf.derive(bytes);
    } catch (OutOfMemoryError e) {
      // One large allocation, and nothing else was going on: the heap is as it was.
      throw new EdgeBeatException(
          ErrorCode.BAD_KEYSTORE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "key file " + file + ": its scrypt parameters need more memory than -Xmx leaves",
          null);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Without the copies that a String or {@code Charset.encode} would leave behind. */
  private static byte[] utf8(char[] password) {
    byte[] room = new byte[3 * password.length];
    ByteBuffer encoded = ByteBuffer.wrap(room);
    StandardCharsets.UTF_8
        .newEncoder()
        .onMalformedInput(CodingErrorAction.REPLACE)
        .encode(CharBuffer.wrap(password), encoded, true);
    byte[] bytes = Arrays.copyOf(room, encoded.position());
    Arrays.fill(room, (byte) 0);
    return bytes;
  }

  /** The same in both directions. The first half of the derived key; the second is the MAC's. */
  private static byte[] aesCtr(byte[] derived, byte[] iv, byte[] text) {
    try {
      Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
      cipher.init(
          Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, 0, 16, "AES"), new IvParameterSpec(iv));
      return cipher.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has AES in counter mode", e);
    }
  }

  private static byte[] mac(byte[] derived, byte[] ciphertext) {
    byte[] input = new byte[16 + ciphertext.length];
    System.arraycopy(derived, 16, input, 0, 16);
    System.arraycopy(ciphertext, 0, input, 16, ciphertext.length);
    byte[] mac = Keccak256.hash(input);
    Arrays.fill(input, (byte) 0);
    return mac;
  }

  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
      if (bytes.length > MAX_FILE_BYTES) {
        throw bad(file, "it has more than " + MAX_FILE_BYTES + " bytes");
      }
      if (bytes.length == 0) {
        throw bad(file, "it is empty: making it was cut off; delete it");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw bad(file, "it does not exist");
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.BAD_KEYSTORE,
          RetryAdvice.AFTER_STATE_CHANGE,
          "key file " + file + " cannot be read: " + e,
          e);
    }
  }

  /**
   * All of the file or nothing, and never over another. A rename would replace silently, and so the
   * name is taken first: a crash between the two leaves an empty file, which {@link #read} names.
   */
  private static void write(Path file, byte[] bytes) {
    Path directory = file.toAbsolutePath().getParent();
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix ? new FileAttribute<?>[] {OWNER_ONLY} : new FileAttribute<?>[0];
    try {
      Path temporary =
          Files.createTempFile(directory, "." + file.getFileName(), ".new", attributes);
      try {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          ByteBuffer rest = ByteBuffer.wrap(bytes);
          while (rest.hasRemaining()) {
            channel.write(rest);
          }
          channel.force(true);
        }
        Files.createFile(file, attributes);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(temporary);
      }
      if (posix) {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    } catch (FileAlreadyExistsException e) {
      throw exists(file);
    } catch (IOException e) {
      throw new EdgeBeatException(
          ErrorCode.STORAGE_FAILED,
          RetryAdvice.AFTER_STATE_CHANGE,
          "key file " + file + " cannot be written: " + e,
          e);
    }
  }

  private static String id(SecureRandom random) {
    ByteBuffer bytes = ByteBuffer.wrap(randomBytes(random, 16));
    // Version 4, variant 2 (RFC 9562).
    return new UUID(
            (bytes.getLong(0) & ~0xf000L) | 0x4000L,
            (bytes.getLong(8) & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L)
        .toString();
  }

  private static byte[] randomBytes(SecureRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static EdgeBeatException exists(Path file) {
    return bad(file, "it exists already, and a key is never overwritten");
  }

  private static EdgeBeatException bad(Path file, String problem) {
    return new EdgeBeatException(ErrorCode.BAD_KEYSTORE, "key file " + file + ": " + problem);
  }
}
