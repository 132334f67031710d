package samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two nodes that have nothing in common but the ledger and a bucket. */
class DealTest {
  @Test
  void listingImageAndResultTravelThroughTheBucket() throws Exception {
    try (Server server = new Server()) {
      String done = Main.deal(server.config());
      System.out.println(done);
      String image = done.replaceAll(".* by ", "");
      assertThat(done).startsWith("42 for 0.00");
      assertThat(server.names()).contains("blocks/" + image, "pins/" + image);
      // The listing, the image and the result, each of them one block.
      assertThat(server.names()).filteredOn(name -> name.startsWith("blocks/")).hasSize(3);
    }
  }
}
