// Trees by number (HL): are the numbers sound, and which occurrence stands under which.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "translators/guide/compiled_guide.hpp"
#include "translators/guide/diagnose.hpp"
#include "translators/guide/set_tree.hpp"
#include "translators/wire/segment_document.hpp"

namespace crossdock::guide {

/// Checks each hierarchy of a walked set and turns its occurrences, which the walk left side by side, into the tree
/// that they name. Where their order is not that of the tree, the tree stays flat and `tree.order` says how the
/// segments must go. Linear in the set's size. Source: X12.6 and the notes of HL (numbers from 1 by 1 within the set;
/// a parent is an earlier number; top-down, left to right).
void read_hierarchies(const wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree,
                      Reporter& reporter);

/// Puts the segments of a set in the order of its tree and links the tree; nothing happens where `tree.order` is empty.
/// Segments keep their positions and ordinals in the payload. Views into the document stay valid.
void arrange(wire::SegmentDocument& document, const CompiledGuide& guide, SetTree& tree);

}  // namespace crossdock::guide
