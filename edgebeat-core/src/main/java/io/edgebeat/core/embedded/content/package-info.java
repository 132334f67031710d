/**
 * The embedded content store: blocks in memory or in a directory. Files are made of them, and
 * verified, by {@code BoundedContentStore} of the API.
 */
@NullMarked
package io.edgebeat.core.embedded.content;

import org.jspecify.annotations.NullMarked;
