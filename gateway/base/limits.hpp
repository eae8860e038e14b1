// Named limits of the gateway with their units: each is a safe default that configuration may move.
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace crossdock::base::limits {

inline constexpr std::size_t payload_inline_bytes_max = 64U << 10;     ///< larger payloads become files
inline constexpr std::size_t translate_inline_bytes_max = 256U << 10;  ///< larger payloads are translated by a worker
inline constexpr std::size_t store_queue_max = 8192;                   ///< closures waiting for the writer
inline constexpr std::size_t store_group_max = 512;                    ///< closures in one commit
inline constexpr std::chrono::milliseconds store_group_time_max{25};   ///< writer time before a group is committed
inline constexpr std::size_t chunk_rows_max = 1000;                    ///< rows of one such chunk
inline constexpr std::chrono::milliseconds read_time_max{5000};        ///< one read on a reader connection
inline constexpr std::size_t received_max = 4096;  ///< messages received and not yet validated, in memory
inline constexpr std::size_t outbox_max = 20000;   ///< deliveries waiting in memory before intake answers busy
inline constexpr std::size_t outbox_bytes_max = 8U
                                                << 20;  ///< of their events and documents; what is above is read again
inline constexpr std::chrono::seconds outbox_age_max{
    60};  ///< age of the oldest runnable delivery before intake answers busy
inline constexpr std::size_t findings_stored_max = 200;             ///< findings kept with one set
inline constexpr std::uint64_t disk_free_bytes_min = 256ULL << 20;  ///< below this intake answers busy
inline constexpr std::size_t excerpt_bytes_max = 2048;              ///< of a target's answer kept with an attempt

}  // namespace crossdock::base::limits
