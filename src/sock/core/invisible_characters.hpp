// Made by script/unicode from the data of Unicode 15.0.0. Do not edit.

#pragma once

#include <array>
#include <cstddef>

namespace sock {

/// A range of characters, both ends included.
struct CharacterRange {
  char32_t first;
  char32_t last;
};

/// Invisible characters: Default_Ignorable_Code_Point, Bidi_Control and the
/// interlinear annotation characters, without U+200C, U+200D and U+FE00 to U+FE0F. In order, and
/// with a gap between each two.
// clang-format off
inline constexpr std::array<CharacterRange, 17> invisible_characters{{
    {0x00AD, 0x00AD},
    {0x034F, 0x034F},
    {0x061C, 0x061C},
    {0x115F, 0x1160},
    {0x17B4, 0x17B5},
    {0x180B, 0x180F},
    {0x200B, 0x200B},
    {0x200E, 0x200F},
    {0x202A, 0x202E},
    {0x2060, 0x206F},
    {0x3164, 0x3164},
    {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0},
    {0xFFF0, 0xFFFB},
    {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A},
    {0xE0000, 0xE0FFF},
}};
// clang-format on

}  // namespace sock
