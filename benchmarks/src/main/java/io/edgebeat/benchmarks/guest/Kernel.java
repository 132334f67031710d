package io.edgebeat.benchmarks.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small program that computes; its C source and its module are resources beside this class. */
enum Kernel {
  HASH(6),
  MATRIX(8),
  NBODY(300),
  MIX(30),
  FIB(34);

  /** How much makes a turn of some hundredths of a second. */
  final int size;

  Kernel(int size) {
    this.size = size;
  }

  /** As its files are called. */
  String file() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Whether loops and not calls are its time. */
  boolean loops() {
    return this != FIB;
  }

  byte[] module() throws IOException {
    return resource(file() + ".wasm");
  }

  static byte[] resource(String name) throws IOException {
    try (InputStream stream = Kernel.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IOException("no resource " + name);
      }
      return stream.readAllBytes();
    }
  }

  /** Puts sources and modules where compilers and other engines find them. */
  static void unpack(Path directory) throws IOException {
    Files.write(directory.resolve("kernel.h"), resource("kernel.h"));
    Files.write(directory.resolve("kernels.mjs"), resource("kernels.mjs"));
    for (Kernel kernel : values()) {
      Files.write(directory.resolve(kernel.file() + ".c"), resource(kernel.file() + ".c"));
      Files.write(directory.resolve(kernel.file() + ".wasm"), kernel.module());
    }
  }
}
