package io.edgebeat.crypto.natives;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.error.RetryAdvice;
import io.edgebeat.api.identity.Signature;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Signing with recovery id by the function that libsecp256k1 has for it. The binding has loaded the
 * library, yet does not hand this function out; so it is called by the JDK's own way to native code
 * ({@code java.lang.foreign}), which these class files, made for Java 21, can only name at run
 * time.
 */
final class RecoverableSigning {
  /** From this release on the JVM asks for the same permission here as for the binding itself. */
  private static final int NEEDED_JDK = 24;

  /** SECP256K1_CONTEXT_NONE. */
  private static final int CONTEXT = 1;

  /** Null where it cannot be had; constant, so that compiled code calls the library directly. */
  private static final @Nullable MethodHandle SIGN;

  private static final @Nullable MethodHandle SERIALIZE;
  private static final long LIBRARY_CONTEXT;

  static {
    MethodHandle sign = null;
    MethodHandle serialize = null;
    long context = 0;
    if (Runtime.version().feature() >= NEEDED_JDK) {
      try {
        Foreign library = new Foreign(MethodHandles.lookup());
        context = (long) library.function("context_create", long.class, int.class).invoke(CONTEXT);
        // Blinds the arithmetic with secrets; it is as right without.
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        boolean blinded =
            (int)
                    library
                        .function("context_randomize", int.class, long.class, byte[].class)
                        .invoke(context, seed)
                == 1;
        sign =
            library.function(
                "ecdsa_sign_recoverable",
                int.class,
                long.class,
                byte[].class,
                byte[].class,
                byte[].class,
                long.class,
                long.class);
        serialize =
            library.function(
                "ecdsa_recoverable_signature_serialize_compact",
                int.class,
                long.class,
                byte[].class,
                byte[].class,
                byte[].class);
        if (!blinded) {
          sign = null;
        }
      } catch (Throwable unavailable) {
        // The library is another one, or the JVM does not permit it: signing goes the longer way.
        sign = null;
      }
    }
    SIGN = sign;
    SERIALIZE = serialize;
    LIBRARY_CONTEXT = context;
  }

  private RecoverableSigning() {}

  /**
   * Signs, where the function can be had.
   *
   * @param message 32 bytes
   * @param key a scalar that was checked
   * @return empty where it cannot
   */
  static Optional<Signature> sign(byte[] message, byte[] key) {
    if (SIGN == null || SERIALIZE == null) {
      return Optional.empty();
    }
    byte[] opaque = new byte[65];
    byte[] rs = new byte[64];
    byte[] id = new byte[Integer.BYTES];
    boolean done;
    try {
      // RFC 6979 with SHA-256 is what no function for the nonce stands for.
      done =
          (int) SIGN.invokeExact(LIBRARY_CONTEXT, opaque, message, key, 0L, 0L) == 1
              && (int) SERIALIZE.invokeExact(LIBRARY_CONTEXT, rs, id, opaque) == 1;
    } catch (Throwable e) {
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, RetryAdvice.NEVER, "libsecp256k1 could not be called", e);
    }
    int recoveryId = ByteBuffer.wrap(id).order(ByteOrder.nativeOrder()).getInt();
    if (!done || (recoveryId & ~1) != 0) {
      // x of the nonce's point is not below n: one in 2^127 is, and v cannot express it.
      throw new EdgeBeatException(
          ErrorCode.INTERNAL, "libsecp256k1 made no signature that v can express");
    }
    return Optional.of(Signature.of(rs, recoveryId));
  }

  /** {@code java.lang.foreign} by name. */
  private static final class Foreign {
    private static final String PACKAGE = "java.lang.foreign.";

    private final Lookup lookup;
    private final Object symbols;
    private final MethodHandle downcall;
    private final MethodHandle wrap;
    private final Object inPlace;

    Foreign(Lookup lookup) throws Throwable {
      this.lookup = lookup;
      Class<?> linker = type("Linker");
      Class<?> segment = type("MemorySegment");
      Class<?> option = type("Linker$Option");
      Class<?> options = option.arrayType();
      this.symbols =
          lookup
              .findStatic(
                  type("SymbolLookup"), "loaderLookup", MethodType.methodType(type("SymbolLookup")))
              .invoke();
      Object nativeLinker =
          lookup.findStatic(linker, "nativeLinker", MethodType.methodType(linker)).invoke();
      this.downcall =
          lookup
              .findVirtual(
                  linker,
                  "downcallHandle",
                  MethodType.methodType(
                      MethodHandle.class, segment, type("FunctionDescriptor"), options))
              .asFixedArity()
              .bindTo(nativeLinker);
      this.wrap =
          lookup.findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class));
      // Some 40 microseconds without a safepoint, for which no key is copied out of the heap.
      this.inPlace = Array.newInstance(option, 1);
      Array.set(
          inPlace,
          0,
          lookup
              .findStatic(option, "critical", MethodType.methodType(option, boolean.class))
              .invoke(true));
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
      return Class.forName(PACKAGE + name);
    }

    /** A function of the library; arrays are handed over in place. */
    MethodHandle function(String name, Class<?> result, Class<?>... arguments) throws Throwable {
      Class<?> layout = type("MemoryLayout");
      Class<?> layouts = layout.arrayType();
      Object address =
          ((Optional<?>)
                  lookup
                      .findVirtual(
                          type("SymbolLookup"),
                          "find",
                          MethodType.methodType(Optional.class, String.class))
                      .invoke(symbols, "secp256k1_" + name))
              .orElseThrow();
      Object given = Array.newInstance(layout, arguments.length);
      for (int i = 0; i < arguments.length; i++) {
        Array.set(given, i, layout(arguments[i]));
      }
      Object form =
          lookup
              .findStatic(
                  type("FunctionDescriptor"),
                  "of",
                  MethodType.methodType(type("FunctionDescriptor"), layout, layouts))
              .asFixedArity()
              .invoke(layout(result), given);
      MethodHandle function = (MethodHandle) downcall.invoke(address, form, inPlace);
      MethodHandle[] wraps =
          Stream.of(arguments)
              .map(argument -> argument == byte[].class ? wrap : null)
              .toArray(MethodHandle[]::new);
      return MethodHandles.filterArguments(function, 0, wraps)
          .asType(MethodType.methodType(result, arguments));
    }

    private static Object layout(Class<?> type) throws ReflectiveOperationException {
      String name = type == int.class ? "JAVA_INT" : type == long.class ? "JAVA_LONG" : "ADDRESS";
      return Class.forName(PACKAGE + "ValueLayout").getField(name).get(null);
    }
  }
}
