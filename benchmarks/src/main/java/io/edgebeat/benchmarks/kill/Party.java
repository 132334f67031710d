package io.edgebeat.benchmarks.kill;

import io.edgebeat.api.identity.KeySigner;
import io.edgebeat.api.identity.Secret;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Buyer or seller: what stays when its JVM dies. */
final class Party {
  final String name;
  final Secret secret;
  final KeySigner key;
  final Path directory;
  @Nullable Child child;
  volatile boolean cutOff;
  volatile boolean censored;

  /** Whether something of it was lost since it is censored. */
  volatile boolean lostOne;

  volatile boolean garbled;

  Party(String name, Secret secret, KeySigner key, Path directory) {
    this.name = name;
    this.secret = secret;
    this.key = key;
    this.directory = directory;
  }

  Child child() {
    Child now = child;
    if (now == null) {
      throw new IllegalStateException(name + " has no JVM yet");
    }
    return now;
  }
}
