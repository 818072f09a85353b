using System.Buffers.Binary;

namespace LeVo.Core.Audio;

/// <summary>
/// The position at which a Vorbis stream ends (RFC 3533, section 6), which its last page tells. The decoder cuts the last packet
/// there, and does not return if the position is before that packet. It therefore gets a position behind all samples, and the
/// cut is made here.
/// </summary>
/// <param name="Position">The position, negative where the page has none.</param>
/// <param name="IsFirst">Whether no page before the last one has a position, so that the positions count from the first
/// sample.</param>
internal readonly record struct OggEnd(long Position, bool IsFirst)
{
    private const int PositionAt = 6, ChecksumAt = 22;

    /// <summary>Takes the end of a stream from its last page.</summary>
    /// <param name="file">Whole pages.</param>
    /// <param name="endless">The same with an end that no stream reaches.</param>
    public static OggEnd Take(byte[] file, out byte[] endless)
    {
        endless = [.. file];
        long first = 0, end = -1;
        Range last = default;
        int at = 0;
        while (OggPages.Page(endless.AsSpan(at)) is { IsEmpty: false } page)
        {
            first = first > 0 ? first : end; // of the pages before this one; those of headers have 0
            (end, last) = (BinaryPrimitives.ReadInt64LittleEndian(page[PositionAt..]), at..(at + page.Length));
            at += page.Length;
        }
        bool isFirst = first <= 0;
        if (at == 0)
            return new(-1, isFirst);
        Span<byte> changed = endless.AsSpan()[last];
        BinaryPrimitives.WriteInt64LittleEndian(changed[PositionAt..], unchecked((isFirst ? 0 : first) + int.MaxValue));
        BinaryPrimitives.WriteUInt32LittleEndian(changed[ChecksumAt..], OggPages.Crc(changed));
        return new(end, isFirst);
    }

    /// <summary>How many of the decoded samples are before the end.</summary>
    /// <param name="decoded">Samples of a channel.</param>
    /// <param name="position">The decoder's position behind them.</param>
    public int Cut(int decoded, long position)
    {
        long behind = Position < 0 ? 0 : unchecked((IsFirst ? decoded : position) - Position);
        return (int)Math.Clamp(decoded - behind, 0, decoded);
    }
}
