/** What is offered and what is agreed: listings, offers, terms and prices. */
@NullMarked
package io.edgebeat.api.market;

import org.jspecify.annotations.NullMarked;
