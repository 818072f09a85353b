namespace LeVo.Core.Audio.Flac;

/// <summary>
/// Encodes frames of a FLAC stream: fixed predictors, Rice codes, and for stereo the smallest pair of left, right,
/// middle and side.
/// </summary>
internal sealed class FlacFrameEncoder
{
    /// <summary>Samples of every frame but the last.</summary>
    public const int BlockSize = 4096;

    private readonly FlacStreamInfo info;
    private readonly BitWriter writer = new();
    private readonly FlacSubframeEncoder[] subframes; // for stereo left, right, middle, side
    private readonly long[] middle = new long[BlockSize], side = new long[BlockSize];

    public FlacFrameEncoder(FlacStreamInfo info)
    {
        this.info = info;
        Channels = [.. Enumerable.Range(0, info.Channels).Select(_ => new long[BlockSize])];
        int plans = info.Channels == 2 ? 4 : info.Channels;
        subframes = [.. Enumerable.Range(0, plans).Select(_ => new FlacSubframeEncoder())];
    }

    /// <summary>The next frame's samples, <c>[channels][samples]</c>; the caller fills them in.</summary>
    public long[][] Channels { get; }

    /// <summary>Encodes <see cref="Channels"/>; the bytes are valid until the next frame.</summary>
    public ReadOnlySpan<byte> Encode(int length, int number)
    {
        for (int c = 0; c < info.Channels; c++)
            subframes[c].Plan(Channels[c].AsSpan(0, length), info.Bits);
        (int assignment, int first, int second) = info.Channels == 2 ? Pair(length) : (info.Channels - 1, 0, 1);
        writer.Clear();
        WriteHead(length, number, assignment);
        if (info.Channels == 2)
        {
            subframes[first].Write(writer);
            subframes[second].Write(writer);
        }
        else
            foreach (FlacSubframeEncoder subframe in subframes)
                subframe.Write(writer);
        writer.Align();
        writer.Write(FlacCrc.Crc16(writer.Written), 16);
        return writer.Written;
    }

    /// <summary>The channel assignment with the smallest size: its code and the two subframes.</summary>
    private (int Assignment, int First, int Second) Pair(int length)
    {
        long[] left = Channels[0], right = Channels[1];
        for (int i = 0; i < length; i++)
        {
            middle[i] = left[i] + right[i] >> 1;
            side[i] = left[i] - right[i];
        }
        subframes[2].Plan(middle.AsSpan(0, length), info.Bits);
        subframes[3].Plan(side.AsSpan(0, length), info.Bits + 1);
        ReadOnlySpan<(int, int First, int Second)> pairs = [(1, 0, 1), (8, 0, 3), (9, 3, 1), (10, 2, 3)];
        (int, int First, int Second) best = pairs[0];
        foreach ((int, int First, int Second) pair in pairs[1..])
            if (Cost(pair) < Cost(best))
                best = pair;
        return best;

        long Cost((int, int First, int Second) pair) => subframes[pair.First].Cost + subframes[pair.Second].Cost;
    }

    private void WriteHead(int length, int number, int assignment)
    {
        writer.Write(0x7FFC, 15);
        writer.Write(0, 1); // all blocks of one size
        writer.Write(length == BlockSize ? 12 : 7, 4); // 256 << 4, or given below
        writer.Write(Math.Max(0, FlacTables.Rates.IndexOf(info.SampleRate)), 4); // 0: see STREAMINFO
        writer.Write(assignment, 4);
        writer.Write(FlacTables.Bits.IndexOf(info.Bits), 3);
        writer.Write(0, 1);
        WriteNumber(number);
        if (length != BlockSize)
            writer.Write(length - 1, 16);
        writer.Write(FlacCrc.Crc8(writer.Written), 8);
    }

    /// <summary>Writes a number of up to 31 bits, coded like UTF-8.</summary>
    private void WriteNumber(int number)
    {
        if (number < 0x80)
        {
            writer.Write(number, 8);
            return;
        }
        int more = 1; // bytes after the first, 6 bits each; the first has 6 - more
        while (number >> (6 * more + 6 - more) != 0)
            more++;
        writer.Write((0xFF00 >> (more + 1)) | number >> (6 * more), 8);
        for (more--; more >= 0; more--)
            writer.Write(0x80 | (number >> (6 * more) & 0x3F), 8);
    }
}
