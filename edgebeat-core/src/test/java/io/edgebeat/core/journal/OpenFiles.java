package io.edgebeat.core.journal;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A disk that knows which of its files and locks are open, and may fail to read. */
final class OpenFiles {
  private final Set<String> open = new TreeSet<>();
  private int opened;
  private @Nullable String readFailure;

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
    readFailure = why;
  }

  private <T> T watched(Class<T> type, T of, String name) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (readFailure != null && method.getName().equals("read")) {
                throw new IOException(readFailure);
              }
              Object result;
              try {
                result = method.invoke(of, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (method.getName().equals("close")) {
                open.remove(name);
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
