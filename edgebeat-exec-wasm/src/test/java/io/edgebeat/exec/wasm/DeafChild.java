package io.edgebeat.exec.wasm;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/**
 * A child with two planted mistakes: it goes on when its node is gone, and its clock stands still,
 * so that no lease ever ends. What looks for these mistakes must find them.
 */
final class DeafChild {
  private DeafChild() {}

  /** Does not notice that nobody hears it. */
  private static final class Careless extends OutputStream {
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    @Override
    public void write(int b) {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        // The mistake.
      }
    }
  }

  /** As {@link ChildMain}. */
  public static void main(String[] args) throws InterruptedException {
    NodeLink node = new NodeLink(new BufferedOutputStream(new Careless()));
    ChildHost host =
        new ChildHost(
            node,
            work -> Thread.ofPlatform().daemon().unstarted(work),
            () -> Instant.EPOCH,
            code -> {});
    try {
      host.listen(
          new DataInputStream(new BufferedInputStream(new FileInputStream(FileDescriptor.in))));
    } catch (IOException e) {
      new CountDownLatch(1).await();
    }
  }
}
