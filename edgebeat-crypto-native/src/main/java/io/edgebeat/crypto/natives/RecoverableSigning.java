package io.edgebeat.crypto.natives;

import io.edgebeat.api.error.EdgeBeatException;
import io.edgebeat.api.error.ErrorCode;
import io.edgebeat.api.identity.Signature;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
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

  /** {@code secp256k1_context_create}. */
  public interface Create {
    /** Makes a context. */
    long call(int flags);
  }

  /** {@code secp256k1_context_randomize}. */
  public interface Randomize {
    /** Blinds the arithmetic with secrets; it is as right without. */
    int call(long context, byte[] seed);
  }

  /** {@code secp256k1_ecdsa_sign_recoverable}. */
  public interface Sign {
    /** Signs; RFC 6979 with SHA-256 is what no function for the nonce stands for. */
    int call(long context, byte[] opaque, byte[] message, byte[] key, long nonce, long data);
  }

  /** {@code secp256k1_ecdsa_recoverable_signature_serialize_compact}. */
  public interface Serialize {
    /** Takes a signature apart. */
    int call(long context, byte[] rs, byte[] id, byte[] opaque);
  }

  /** Null where it cannot be had; constant, so that compiled code calls the library directly. */
  private static final @Nullable Sign SIGN;

  private static final @Nullable Serialize SERIALIZE;
  private static final long LIBRARY_CONTEXT;

  static {
    Sign sign = null;
    Serialize serialize = null;
    long context = 0;
    if (Runtime.version().feature() >= NEEDED_JDK) {
      try {
        Foreign library = new Foreign();
        context = library.function("context_create", Create.class).call(CONTEXT);
        byte[] seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        if (library.function("context_randomize", Randomize.class).call(context, seed) == 1) {
          serialize =
              library.function("ecdsa_recoverable_signature_serialize_compact", Serialize.class);
          sign = library.function("ecdsa_sign_recoverable", Sign.class);
        }
      } catch (ReflectiveOperationException | RuntimeException | LinkageError unavailable) {
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
    boolean done =
        SIGN.call(LIBRARY_CONTEXT, opaque, message, key, 0, 0) == 1
            && SERIALIZE.call(LIBRARY_CONTEXT, rs, id, opaque) == 1;
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

    private final Class<?> layout = type("MemoryLayout");
    private final Class<?> descriptor = type("FunctionDescriptor");
    private final Object symbols = type("SymbolLookup").getMethod("loaderLookup").invoke(null);
    private final Object linker = type("Linker").getMethod("nativeLinker").invoke(null);
    private final Method downcall;
    private final MethodHandle wrap;
    private final Object inPlace;

    Foreign() throws ReflectiveOperationException {
      Class<?> segment = type("MemorySegment");
      Class<?> option = type("Linker$Option");
      downcall =
          type("Linker").getMethod("downcallHandle", segment, descriptor, option.arrayType());
      wrap =
          MethodHandles.lookup()
              .findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class));
      // Some 40 microseconds without a safepoint, for which no key is copied out of the heap.
      inPlace = Array.newInstance(option, 1);
      Array.set(inPlace, 0, option.getMethod("critical", boolean.class).invoke(null, true));
    }

    private static Class<?> type(String name) throws ClassNotFoundException {
      return Class.forName(PACKAGE + name);
    }

    /** A function of the library as the one method of an interface; arrays are lent in place. */
    <F> F function(String name, Class<F> as) throws ReflectiveOperationException {
      Method method = as.getMethods()[0];
      Class<?>[] arguments = method.getParameterTypes();
      Object address =
          ((Optional<?>)
                  type("SymbolLookup")
                      .getMethod("find", String.class)
                      .invoke(symbols, "secp256k1_" + name))
              .orElseThrow();
      Object given = Array.newInstance(layout, arguments.length);
      for (int i = 0; i < arguments.length; i++) {
        Array.set(given, i, layout(arguments[i]));
      }
      Object form =
          descriptor
              .getMethod("of", layout, layout.arrayType())
              .invoke(null, layout(method.getReturnType()), given);
      MethodHandle function = (MethodHandle) downcall.invoke(linker, address, form, inPlace);
      MethodHandle[] wraps =
          Stream.of(arguments)
              .map(argument -> argument == byte[].class ? wrap : null)
              .toArray(MethodHandle[]::new);
      return MethodHandleProxies.asInterfaceInstance(
          as, MethodHandles.filterArguments(function, 0, wraps));
    }

    private static Object layout(Class<?> type) throws ReflectiveOperationException {
      String name = type == int.class ? "JAVA_INT" : type == long.class ? "JAVA_LONG" : "ADDRESS";
      return Class.forName(PACKAGE + "ValueLayout").getField(name).get(null);
    }
  }
}
