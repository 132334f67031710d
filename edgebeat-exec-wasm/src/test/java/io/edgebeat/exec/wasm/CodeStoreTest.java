package io.edgebeat.exec.wasm;

import static org.assertj.core.api.Assertions.assertThat;

import com.dylibso.chicory.wasm.Parser;
import io.edgebeat.exec.wasm.code.CodeStore;
import io.edgebeat.exec.wasm.code.CompiledCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeStoreTest {
  private static final long MOST = 1 << 20;

  @TempDir Path parent;

  private Path directory;
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);

  @BeforeEach
  void name() {
    directory = parent.resolve("code");
  }

  private CodeStore open(long most) {
    return CodeStore.open(directory, most, now::get).orElseThrow();
  }

  private static byte[] module(int result) {
    return Wat.assemble("(func (export \"f\") (result i32) (i32.const " + result + "))");
  }

  private static CompiledCode compile(byte[] module) {
    return CompiledCode.of(Parser.parse(module));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.sorted().toList();
    }
  }

  private static long run(byte[] module, Optional<CodeStore> store) {
    return new ChicoryEngine(WasmLimits.DEFAULTS, store)
        .compile(module, ModuleReader.read(module, WasmLimits.DEFAULTS))
        .instantiate(List.of(), 1, () -> {})
        .call("f", new long[0])[0];
  }

  @Test
  void whatWasCompiledIsFoundAgain() throws IOException {
    byte[] module = module(42);
    assertThat(open(MOST).find(module)).isEmpty();
    assertThat(run(module, Optional.of(open(MOST)))).isEqualTo(42);
    assertThat(files()).hasSize(1);
    CompiledCode found = open(MOST).find(module).orElseThrow();
    CompiledCode made = compile(module);
    assertThat(found.mainClass()).isEqualTo(made.mainClass());
    assertThat(found.classes().keySet()).isEqualTo(made.classes().keySet());
    made.classes().forEach((name, code) -> assertThat(found.classes().get(name)).isEqualTo(code));
    assertThat(open(MOST).find(module(43))).isEmpty();
  }

  /** The others would be green, too, if nothing were ever read from disk. */
  @Test
  void codeFromDiskIsWhatRuns() {
    byte[] module = module(42);
    open(MOST).keep(module, compile(module(7)));
    assertThat(run(module, Optional.of(open(MOST)))).isEqualTo(7);
  }

  @Test
  void whatIsDamagedIsDroppedAndMadeAgain() throws IOException {
    byte[] module = module(42);
    open(MOST).keep(module, compile(module));
    Path file = files().get(0);
    byte[] whole = Files.readAllBytes(file);
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      switch (i % 4) {
        case 0 -> damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
        case 1 -> damaged = java.util.Arrays.copyOf(damaged, random.nextInt(damaged.length));
        case 2 -> damaged = java.util.Arrays.copyOf(damaged, damaged.length + 1 + i);
        default -> {
          int from = random.nextInt(damaged.length); // a block that was never written
          java.util.Arrays.fill(damaged, from, Math.min(damaged.length, from + 512), (byte) 0);
          if (java.util.Arrays.equals(damaged, whole)) {
            continue;
          }
        }
      }
      Files.write(file, damaged);
      assertThat(open(MOST).find(module)).as("seed " + seed + " step " + i).isEmpty();
      assertThat(file).doesNotExist();
    }
    Files.write(file, new byte[0]);
    assertThat(run(module, Optional.of(open(MOST)))).isEqualTo(42);
    assertThat(Files.readAllBytes(file)).isEqualTo(whole);
  }

  @Test
  void theFileOfAnotherModuleIsNotTaken() throws IOException {
    open(MOST).keep(module(1), compile(module(1)));
    Path one = files().get(0);
    Path kept = Files.copy(one, parent.resolve("kept"));
    Files.delete(one);
    open(MOST).keep(module(2), compile(module(2)));
    Path two = files().get(0);
    Files.move(kept, two, StandardCopyOption.REPLACE_EXISTING);
    assertThat(open(MOST).find(module(2))).isEmpty();
    assertThat(run(module(2), Optional.of(open(MOST)))).isEqualTo(2);
  }

  @Test
  void codeThatTheJvmRefusesIsMadeAgain() {
    byte[] module = module(42);
    CompiledCode made = compile(module);
    var classes = new java.util.LinkedHashMap<>(made.classes());
    String group = classes.keySet().stream().filter(n -> n.contains("FuncGroup")).findFirst().get();
    byte[] code = classes.get(group).clone();
    code[7] = 99; // a class file of the far future
    classes.put(group, code);
    open(MOST).keep(module, new CompiledCode(made.mainClass(), classes));
    assertThat(run(module, Optional.of(open(MOST)))).isEqualTo(42);
    assertThat(open(MOST).find(module).orElseThrow().classes().get(group)[7])
        .isNotEqualTo((byte) 99);
  }

  @Test
  void theLongestUnusedGoesFirst() throws IOException {
    open(MOST).keep(module(0), compile(module(0)));
    long size = Files.size(files().get(0));
    CodeStore store = open(3 * size + size / 2);
    for (int i = 1; i < 3; i++) {
      now.set(Instant.EPOCH.plusSeconds(i));
      store.keep(module(i), compile(module(i)));
    }
    now.set(Instant.EPOCH.plusSeconds(10));
    assertThat(store.find(module(0))).isPresent(); // used, so 1 is the oldest now
    store.keep(module(3), compile(module(3)));
    assertThat(files()).hasSize(3);
    assertThat(store.find(module(1))).isEmpty();
    assertThat(store.find(module(0))).isPresent();
    // What a process left behind that was killed while it wrote counts, and goes, too.
    Path left = Files.write(directory.resolve("0-1-1.part"), new byte[(int) size]);
    Files.setLastModifiedTime(left, FileTime.from(Instant.EPOCH.minusSeconds(1)));
    store.keep(module(4), compile(module(4)));
    assertThat(left).doesNotExist();
    assertThat(files()).hasSize(3);
    open(size / 2).keep(module(5), compile(module(5)));
    assertThat(files()).as("what is larger than all is not kept").hasSize(3);
  }

  @Test
  void severalAtOnceDoNotHurtOneAnother() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    long size = CompiledCode.of(Parser.parse(module(0))).sizeBytes();
    for (int i = 0; i < 6; i++) {
      Random random = new Random(i);
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      for (int k = 0; k < 30; k++) {
                        int result = random.nextInt(6);
                        byte[] module = module(result);
                        assertThat(run(module, CodeStore.open(directory, 3 * size, now::get)))
                            .isEqualTo(result);
                      }
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
    assertThat(files()).allMatch(file -> file.toString().endsWith(".code"));
  }

  @Test
  void nothingIsTakenFromWhereOthersMayWrite() throws IOException {
    Assumptions.assumeTrue(parent.getFileSystem().supportedFileAttributeViews().contains("posix"));
    byte[] module = module(42);
    open(MOST).keep(module, compile(module(7)));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
        .isEqualTo("rwx------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
        .isEqualTo("rw-------");
    for (String permissions : List.of("rwxrwx---", "rwx----w-")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
      assertThat(CodeStore.open(directory, MOST, InstantSource.system())).isEmpty();
    }
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(CodeStore.open(directory, MOST, InstantSource.system())).isPresent();
    Path link = Files.createSymbolicLink(parent.resolve("link"), directory);
    assertThat(CodeStore.open(link, MOST, InstantSource.system())).isEmpty();
  }

  @Test
  void withoutADirectoryOrSpaceModulesRunAllTheSame() throws IOException {
    directory = parent.resolve("no").resolve("parent");
    assertThat(CodeStore.open(directory, MOST, InstantSource.system())).isEmpty();
    directory = parent.resolve("gone");
    CodeStore store = open(MOST);
    Files.delete(directory); // and no write succeeds any more, as on a full disk
    assertThat(run(module(5), Optional.of(store))).isEqualTo(5);
    assertThat(store.find(module(5))).isEmpty();
  }
}
