using System.Text;
using static System.Buffers.Binary.BinaryPrimitives;

namespace LeVo.Testing.Faults;

/// <summary>Damages inputs: bytes, lengths, numbers in texts, missing, doubled and foreign pieces. The same random numbers
/// give the same damage.</summary>
public sealed class Mutator(Random random)
{
    private const int MostGrowth = 1 << 16;

    private static readonly long[] Edges =
    [
        0, 1, -1, 2, 4, 127, 128, 255, 256, 32_767, 32_768, 65_535, 65_536, int.MaxValue, int.MinValue, uint.MaxValue,
        1L << 32, 1L << 40, 1L << 62, long.MaxValue, long.MinValue,
    ];

    private static readonly string[] Numbers =
    [
        "0", "-1", "1", "2", "3", "65536", "1000000", "2147483647", "2147483648", "-2147483648", "4294967296",
        "9223372036854775807", "9223372036854775808", "99999999999999999999999", "0.5", "1e3", "1e9", "1e308", "1e999",
        "-0", "NaN", "null", "true", "\"\"", "[]", "{}",
    ];

    private static readonly string[] Words =
    [
        "{", "}", "[", "]", "\"", ":", ",", "\n", " ", "  ", "\t", ";", ".", "#", "&a ", "*a", "<<: ", "? ", "- ", "!!int ",
        "${", "${eval:", "${load_yaml:x}", "${lm.dim}", "\\u0000", "\\ud800", "[verse]", "[chorus] ", "\u0301\u0323", "\uFF0C",
        "\uD83C", "---\n", "%", "\r\n", "\0",
    ];

    /// <summary>A damaged input.</summary>
    public byte[] Damage(IReadOnlyList<byte[]> seeds)
    {
        byte[] input = seeds[random.Next(seeds.Count)];
        for (int changes = 1 + random.Next(4); changes > 0; changes--)
            input = Change(input, seeds);
        return input;
    }

    private byte[] Change(byte[] input, IReadOnlyList<byte[]> seeds)
    {
        int at = random.Next(input.Length + 1), length = Math.Min(input.Length - at, 1 << random.Next(10));
        switch (random.Next(13))
        {
            case 0 or 1: return With(input, at, 1, (byte)random.Next(256));
            case 2: return With(input, at, 1, at < input.Length ? (byte)(input[at] ^ (1 << random.Next(8))) : (byte)0);
            case 3: return [.. input.AsSpan(0, at)];
            case 4: return [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
            case 5: return [.. input.AsSpan(0, at), .. Noise(random.Next(1, 17)), .. input.AsSpan(at)];
            case 6: return Repeated(input, at, length);
            case 7: return With(input, at, 0, Encoding.UTF8.GetBytes(Words[random.Next(Words.Length)]));
            case 8 or 9: return Renumbered(input, at);
            case 10: return With(input, at, random.Next(2) == 0 ? 4 : 8, Edge());
            case 11: return Spliced(input, seeds[random.Next(seeds.Count)]);
            default: return With(input, at, length, Noise(length));
        }
    }

    private static byte[] With(byte[] input, int at, int removed, params ReadOnlySpan<byte> replacement) =>
        [.. input.AsSpan(0, at), .. replacement, .. input.AsSpan(Math.Min(input.Length, at + removed))];

    private byte[] Repeated(byte[] input, int at, int length)
    {
        int times = Math.Min(1 << random.Next(14), MostGrowth / Math.Max(1, length));
        var repeated = new byte[input.Length + length * times];
        input.AsSpan(0, at).CopyTo(repeated);
        for (int i = 0; i < times; i++)
            input.AsSpan(at, length).CopyTo(repeated.AsSpan(at + i * length));
        input.AsSpan(at).CopyTo(repeated.AsSpan(at + times * length));
        return repeated;
    }

    /// <summary>Another number in place of the next one in the text.</summary>
    private byte[] Renumbered(byte[] input, int at)
    {
        int start = input.AsSpan(at).IndexOfAnyInRange((byte)'0', (byte)'9');
        if (start < 0)
            return With(input, at, 1, (byte)random.Next(256));
        start += at;
        int length = input.AsSpan(start).IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return With(input, start, length < 0 ? input.Length - start : length,
            Encoding.UTF8.GetBytes(Numbers[random.Next(Numbers.Length)]));
    }

    private byte[] Spliced(byte[] input, byte[] other) =>
        [.. input.AsSpan(0, random.Next(input.Length + 1)), .. other.AsSpan(random.Next(other.Length + 1))];

    private byte[] Edge()
    {
        byte[] bytes = new byte[8];
        long value = Edges[random.Next(Edges.Length)];
        if (random.Next(2) == 0)
            WriteInt64LittleEndian(bytes, value);
        else
            WriteInt64BigEndian(bytes, value);
        return random.Next(2) == 0 ? bytes : random.Next(2) == 0 ? bytes[..4] : bytes[4..];
    }

    private byte[] Noise(int length)
    {
        byte[] noise = new byte[length];
        random.NextBytes(noise);
        return noise;
    }
}
