using System.Runtime.InteropServices;
using System.Text.Json.Serialization;

namespace LeVo.Core.Tokens;

/// <summary>
/// A song as codes, <c>[3, frames]</c>, one row for each <see cref="SongPart"/>: the output of the language model and
/// the input of the codec. Immutable. Two values are equal when their codes and frame rates are equal. The JSON form is
/// an object with the frame rate and the three rows.
/// </summary>
[JsonConverter(typeof(SongTokensJsonConverter))]
public sealed class SongTokens : IEquatable<SongTokens>
{
    /// <summary>Token streams of a song.</summary>
    internal const int RowCount = 3;

    private readonly int[] codes;

    private SongTokens(int[] codes, int frameRate)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameRate);
        if (codes.AsSpan().ContainsAnyInRange(int.MinValue, -1))
            throw new ArgumentException("Codes must not be negative.", nameof(codes));
        (this.codes, FrameRate) = (codes, frameRate);
    }

    /// <summary>Number of frames.</summary>
    public int Frames => codes.Length / RowCount;

    /// <summary>Frames per second.</summary>
    public int FrameRate { get; }

    /// <summary>Playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / FrameRate);

    /// <summary>All codes, <c>[3, frames]</c>, row-major.</summary>
    internal ReadOnlySpan<int> Codes => codes;

    /// <summary>The codes of one frame.</summary>
    public TokenFrame this[int frame] =>
        new(frame, codes[frame], codes[Frames + frame], codes[2 * Frames + frame]);

    /// <summary>
    /// The codes of one stream, <c>[frames]</c>. The codec decodes the vocal and accompaniment rows; the language
    /// model predicts the mixed row first and conditions the others on it.
    /// </summary>
    public ReadOnlyMemory<int> Row(SongPart part) => codes.AsMemory((int)part * Frames, Frames);

    /// <summary>Copies a range of frames.</summary>
    /// <param name="start">Index of the first frame.</param>
    /// <param name="frames">Number of frames.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range exceeds the song.</exception>
    public SongTokens Slice(int start, int frames) => FromRows(
        Row(SongPart.Mixed).Span.Slice(start, frames), Row(SongPart.Vocal).Span.Slice(start, frames),
        Row(SongPart.Accompaniment).Span.Slice(start, frames), FrameRate);

    /// <summary>Creates tokens from a copy of three rows of equal length.</summary>
    /// <param name="mixed">Codes of the mix, <c>[frames]</c>.</param>
    /// <param name="vocal">Codes of the vocal track, <c>[frames]</c>.</param>
    /// <param name="accompaniment">Codes of the accompaniment, <c>[frames]</c>.</param>
    /// <param name="frameRate">Frames per second.</param>
    /// <exception cref="ArgumentException">The rows differ in length, or a code is negative.</exception>
    public static SongTokens FromRows(
        ReadOnlySpan<int> mixed, ReadOnlySpan<int> vocal, ReadOnlySpan<int> accompaniment, int frameRate = 25)
    {
        if (mixed.Length != vocal.Length || mixed.Length != accompaniment.Length)
        {
            throw new ArgumentException(
                $"The rows of a song must have the same length, not {mixed.Length}, {vocal.Length} and {accompaniment.Length}.");
        }
        return new([.. mixed, .. vocal, .. accompaniment], frameRate);
    }

    /// <summary>Creates tokens from consecutive frames.</summary>
    /// <param name="frames">The frames, in order.</param>
    /// <param name="frameRate">Frames per second.</param>
    /// <exception cref="ArgumentException">A code is negative.</exception>
    public static SongTokens FromFrames(IReadOnlyCollection<TokenFrame> frames, int frameRate = 25)
    {
        ArgumentNullException.ThrowIfNull(frames);
        var codes = new int[RowCount * frames.Count];
        int t = 0;
        foreach (TokenFrame frame in frames)
        {
            for (int row = 0; row < RowCount; row++)
                codes[row * frames.Count + t] = frame[(SongPart)row];
            t++;
        }
        return new(codes, frameRate);
    }

    /// <summary>Copies of the three rows.</summary>
    internal int[][] ToRows() => [.. Enumerable.Range(0, RowCount).Select(row => Row((SongPart)row).ToArray())];

    /// <summary>Copies codes <c>[3, frames]</c>.</summary>
    /// <exception cref="ArgumentException">The rows differ in length, or a code is negative.</exception>
    internal static SongTokens FromCodes(ReadOnlySpan<int> codes, int frameRate) => codes.Length % RowCount == 0
        ? new(codes.ToArray(), frameRate)
        : throw new ArgumentException($"{codes.Length} codes are not {RowCount} rows of the same length.", nameof(codes));

    /// <inheritdoc/>
    public bool Equals(SongTokens? other) =>
        other is not null && FrameRate == other.FrameRate && Codes.SequenceEqual(other.Codes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SongTokens);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(FrameRate);
        hash.AddBytes(MemoryMarshal.AsBytes(Codes));
        return hash.ToHashCode();
    }

    /// <summary>Writes a safetensors file atomically; an existing file is replaced.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => SongTokensFile.Write(path, this);

    /// <summary>Writes a safetensors file to a stream.</summary>
    /// <param name="stream">The stream, which need not be seekable and stays open.</param>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public void Save(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        SongTokensFile.Write(stream, this);
    }

    /// <summary>Reads a file that <see cref="Save(string)"/> has written.</summary>
    /// <exception cref="InvalidDataException">The file does not contain song tokens.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SongTokens Load(string path) => SongTokensFile.Read(path);

    /// <summary>Reads from a stream what <see cref="Save(Stream)"/> has written.</summary>
    /// <param name="stream">Read synchronously from its position to its end; stays open.</param>
    /// <exception cref="InvalidDataException">The stream does not contain song tokens, or has more than 64 MiB.</exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SongTokens Load(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SongTokensFile.Read(stream);
    }
}
