namespace LeVo.Core.Tokens;

/// <summary>
/// A song as codes, <c>[3, frames]</c>: the one value between the language model and the codec. Immutable.
/// </summary>
public sealed class SongTokens
{
    private readonly int[] mixed, vocal, accompaniment;

    /// <summary>Copies three rows of codes of equal length.</summary>
    /// <param name="mixed">Codes of the mix, <c>[frames]</c>.</param>
    /// <param name="vocal">Codes of the vocal track, <c>[frames]</c>.</param>
    /// <param name="accompaniment">Codes of the accompaniment, <c>[frames]</c>.</param>
    /// <param name="frameRate">Frames a second.</param>
    /// <exception cref="ArgumentException">The rows differ in length, or a code is negative.</exception>
    public SongTokens(
        ReadOnlySpan<int> mixed, ReadOnlySpan<int> vocal, ReadOnlySpan<int> accompaniment, int frameRate = 25)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frameRate);
        if (mixed.Length != vocal.Length || mixed.Length != accompaniment.Length)
        {
            throw new ArgumentException(
                $"Rows of {mixed.Length}, {vocal.Length} and {accompaniment.Length} codes are not one song.");
        }
        this.mixed = Checked(mixed, nameof(mixed));
        this.vocal = Checked(vocal, nameof(vocal));
        this.accompaniment = Checked(accompaniment, nameof(accompaniment));
        FrameRate = frameRate;
    }

    /// <summary>Codes of the mix, <c>[frames]</c>. The codec does not decode them; the language model leads with
    /// them.</summary>
    public ReadOnlyMemory<int> Mixed => mixed;

    /// <summary>Codes of the vocal track, <c>[frames]</c>.</summary>
    public ReadOnlyMemory<int> Vocal => vocal;

    /// <summary>Codes of the accompaniment, <c>[frames]</c>.</summary>
    public ReadOnlyMemory<int> Accompaniment => accompaniment;

    /// <summary>Number of frames.</summary>
    public int Frames => mixed.Length;

    /// <summary>Frames a second.</summary>
    public int FrameRate { get; }

    /// <summary>Playing time.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / FrameRate);

    /// <summary>The codes of one frame.</summary>
    public TokenFrame this[int frame] => new(frame, mixed[frame], vocal[frame], accompaniment[frame]);

    /// <summary>A stretch of the song.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The stretch leaves the song.</exception>
    public SongTokens Slice(int start, int frames) =>
        new(mixed.AsSpan(start, frames), vocal.AsSpan(start, frames), accompaniment.AsSpan(start, frames), FrameRate);

    /// <summary>Collects consecutive frames.</summary>
    public static SongTokens FromFrames(IReadOnlyCollection<TokenFrame> frames, int frameRate = 25)
    {
        ArgumentNullException.ThrowIfNull(frames);
        return new([.. frames.Select(f => f.Mixed)], [.. frames.Select(f => f.Vocal)],
            [.. frames.Select(f => f.Accompaniment)], frameRate);
    }

    /// <summary>Writes a safetensors file; it appears whole, and an existing one is replaced.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Save(string path) => SongTokensFile.Write(path, this);

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static SongTokens Load(string path) => SongTokensFile.Read(path);

    private static int[] Checked(ReadOnlySpan<int> row, string name)
    {
        if (row.ContainsAnyInRange(int.MinValue, -1))
            throw new ArgumentException("Codes are not negative.", name);
        return row.ToArray();
    }
}

/// <summary>The three codes of one frame.</summary>
/// <param name="Index">The frame's index in the song, from 0.</param>
/// <param name="Mixed">Code of the mix.</param>
/// <param name="Vocal">Code of the vocal track.</param>
/// <param name="Accompaniment">Code of the accompaniment.</param>
public readonly record struct TokenFrame(int Index, int Mixed, int Vocal, int Accompaniment);
