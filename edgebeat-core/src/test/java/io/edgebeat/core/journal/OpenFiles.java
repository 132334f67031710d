package io.edgebeat.core.journal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A disk that knows which of its files and locks are open, and whose operations may fail. */
final class OpenFiles {
  private final Set<String> open = new TreeSet<>();
  private final Map<String, Supplier<? extends Throwable>> failures = new HashMap<>();
  private int opened;

  /** The same disk, watched. */
  Disk on(Disk disk) {
    return watched(Disk.class, disk, "");
  }

  /** What is open now. */
  Set<String> now() {
    return open;
  }

  /** Lets whatever reads fail from now on, or no longer. */
  void failReads(@Nullable String why) {
    fail("read", why == null ? null : () -> new IOException(why));
  }

  /**
   * Lets an operation fail from now on, or no longer. What is closed is closed all the same.
   *
   * @param operation a method of {@link Disk}, {@link DiskFile} or {@link Disk.Lock}
   */
  void fail(String operation, @Nullable Supplier<? extends Throwable> with) {
    if (with == null) {
      failures.remove(operation);
    } else {
      failures.put(operation, with);
    }
  }

  private <T> T watched(Class<T> type, T of, String name) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              Supplier<? extends Throwable> failure = failures.get(method.getName());
              boolean closes = method.getName().equals("close");
              if (failure != null && !closes) {
                throw failure.get();
              }
              Object result;
              try {
                result = method.invoke(of, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (closes) {
                open.remove(name);
                if (failure != null) {
                  throw failure.get();
                }
              }
              Class<?> made = method.getReturnType();
              if (made != DiskFile.class && made != Disk.Lock.class) {
                return result;
              }
              String named = arguments[0] + " " + ++opened;
              open.add(named);
              return made == DiskFile.class
                  ? watched(DiskFile.class, (DiskFile) result, named)
                  : watched(Disk.Lock.class, (Disk.Lock) result, named);
            }));
  }
}
