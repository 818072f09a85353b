using LeVo.Core.Engines;
using LeVo.Core.Model;
using LeVo.Core.Tokens;

namespace LeVo.Core.Generation;

/// <summary>
/// One song while it is generated: the columns so far and the sampler (spec section 7). Takes the logits of a column and
/// picks the next one; where the logits come from is the caller's. Synchronous; for one thread at a time.
/// </summary>
internal sealed class GenerationSession
{
    private const int Unknown = -1;
    private const int AnnouncedColumns = 64;
    private readonly Sampler sampler;
    private readonly DelayPattern pattern;
    private readonly int[] sequence, banned, picks;
    private readonly bool[] ended;
    private readonly int first, start, eos, special;
    private int[] unread = [];
    private int framesTaken, read, announced;

    /// <param name="config">The model's sizes and ids.</param>
    /// <param name="frames">Frames at most.</param>
    /// <param name="options">How ids are picked.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="banned">Ids that the mixed stream must not take: the codes of the audio prompt.</param>
    /// <param name="beginning">The ids that are known, where a song is continued: a row for each codebook, with one id for
    /// each of its first frames. The rows of a song in progress differ in length by the codebooks' delays.</param>
    public GenerationSession(LeLmConfig config, int frames, GenerationOptions options, ulong seed,
        ReadOnlySpan<int> banned = default, IReadOnlyList<int[]>? beginning = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(frames);
        this.banned = banned.ToArray();
        pattern = config.CreatePattern(frames);
        sampler = new(config.Codebooks, config.Classes, options, seed);
        (eos, special) = (config.EosId, config.SpecialId);
        int k = config.Codebooks;
        var codes = new int[k * frames];
        codes.AsSpan().Fill(Unknown);
        (picks, ended) = (new int[k], new bool[k]);
        for (int q = 0; q < beginning?.Count; q++)
        {
            beginning[q].CopyTo(codes, q * frames);
            ended[q] = beginning[q].Contains(eos);
        }
        sequence = pattern.Build(codes, special);
        first = pattern.FirstColumnOf(0);
        Column = start = Enumerable.Range(first, pattern.Columns - first).FirstOrDefault(NeedsPick, pattern.Columns);
    }

    /// <summary>Whether ids are picked in every codebook of every column, also where the result is known or not used, and
    /// no column is announced: for comparisons with the original's picks.</summary>
    public bool PicksAll { get; init; }

    /// <summary>The heads whose logits the next pick needs.</summary>
    public LeLmHeads Heads
    {
        get
        {
            LeLmHeads heads = LeLmHeads.None;
            for (int q = 0; q < Codebooks; q++)
            {
                if (IsPicked(q))
                    heads |= q == 0 ? LeLmHeads.Mixed : LeLmHeads.Tracks;
            }
            return heads;
        }
    }

    /// <summary>Number of codebooks.</summary>
    public int Codebooks => picks.Length;

    /// <summary>The column that is picked next.</summary>
    public int Column { get; private set; }

    /// <summary>Columns that were picked.</summary>
    public int StepsDone => Column - start;

    /// <summary>Columns that were known when the session began.</summary>
    public int StepsBefore => start - first;

    /// <summary>Columns to pick at most.</summary>
    public int StepsTotal => pattern.Columns - start;

    /// <summary>Whether the original would stop: the columns are used up or every codebook has ended.</summary>
    public bool Ended => Column == pattern.Columns || Array.TrueForAll(ended, e => e);

    /// <summary>Whether every frame of the result has been taken; steps beyond cannot change it.</summary>
    public bool Complete { get; private set; }

    /// <summary>The ids so far, from which another session continues: a row for each codebook, with one id for each of its
    /// first frames.</summary>
    public int[][] Rows => [.. Enumerable.Range(0, Codebooks).Select(q => Enumerable.Range(0, pattern.Frames)
        .Select(frame => Row(q)[pattern.ColumnOf(q, frame)]).TakeWhile(id => id != Unknown).ToArray())];

    /// <summary>The interleaved ids <c>[K, S]</c>; columns that were not picked count as empty.</summary>
    public int[] Sequence => [.. sequence.Select(id => id == Unknown ? special : id)];

    /// <summary>The ids picked at the last step, before cells outside the pattern were emptied. Of a codebook in which none
    /// was picked, an older one.</summary>
    public ReadOnlySpan<int> Picks => picks;

    /// <summary>The last step's logits as the picks saw them, <c>[K, classes]</c>.</summary>
    public ReadOnlySpan<float> ProcessedLogits => sampler.Logits;

    /// <summary>The columns that the model must read before the next pick, <c>[K, columns]</c>: all before it at the first
    /// step, one at every later step. Valid until the next call.</summary>
    public ReadOnlySpan<int> TakeUnreadColumns()
    {
        int count = Column - read;
        if (unread.Length != Codebooks * count)
            unread = new int[Codebooks * count];
        for (int q = 0; q < Codebooks; q++)
            Row(q)[read..Column].CopyTo(unread.AsSpan(q * count));
        read = Column;
        return unread;
    }

    /// <summary>The mixed ids of the columns to be read next, once all mixed ids of the song are known: those that the
    /// tracks need, a limited number at a time. Empty before, and while columns that were taken before are unread.</summary>
    public int[] TakeKnownMixed()
    {
        if (PicksAll || read == 0 || announced > read)
            return [];
        int frames = pattern.Frames;
        if (ended[0])
            frames = pattern.FrameAt(0, Row(0).IndexOf(eos));
        else if (Row(0)[pattern.ColumnOf(0, frames - 1)] == Unknown)
            return [];
        int last = frames == 0 ? 0 : Enumerable.Range(0, Codebooks).Max(q => pattern.ColumnOf(q, frames - 1));
        int count = Math.Min(AnnouncedColumns, last - read);
        if (count <= 0)
            return [];
        announced = read + count;
        return [.. Row(0).Slice(read, count).ToArray().Select(id => id == Unknown ? special : id)];
    }

    /// <summary>Picks the next column.</summary>
    /// <param name="conditional">Logits of the last column that was read, given the conditions, <c>[K, classes]</c>.</param>
    /// <param name="unconditional">The same of the guidance branch.</param>
    /// <exception cref="InvalidOperationException">The session has ended, or the logits are not finite.</exception>
    public void Pick(ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional)
    {
        if (Ended)
            throw new InvalidOperationException("The session has ended.");
        sampler.Guide(conditional, unconditional);
        for (int q = 0; q < picks.Length; q++)
        {
            if (IsPicked(q))
                picks[q] = sampler.Pick(q, Row(q)[first..Column], banned, Column);
        }
        for (int q = 0; q < picks.Length; q++)
            Write(q, picks[q]);
        Column++;
    }

    /// <summary>Takes the next frame's codes once they are complete. False: pick more columns first or, when
    /// <see cref="Complete"/>, the song is over.</summary>
    /// <param name="codes">Receives <c>[K]</c> codes.</param>
    public bool TryTakeFrame(Span<int> codes)
    {
        Complete |= framesTaken == pattern.Frames;
        if (Complete)
            return false;
        for (int q = 0; q < codes.Length; q++)
            codes[q] = Row(q)[pattern.ColumnOf(q, framesTaken)];
        // The earliest end in any codebook ends the song for all, before the other codebooks get there.
        Complete = codes.Contains(eos);
        if (Complete || codes.Contains(Unknown))
            return false;
        framesTaken++;
        return true;
    }

    /// <summary>Takes the next frame of a song of three streams once it is complete.</summary>
    public TokenFrame? TryTakeFrame()
    {
        Span<int> codes = stackalloc int[SongTokens.RowCount];
        int index = framesTaken;
        return TryTakeFrame(codes) ? new TokenFrame(index, codes[0], codes[1], codes[2]) : null;
    }

    private void Write(int codebook, int pick)
    {
        ref int cell = ref Row(codebook)[Column];
        if (cell != Unknown)
            return; // Given, or outside the pattern: stays empty, and an end picked here does not count.
        cell = ended[codebook] ? special : pick;
        ended[codebook] |= cell == eos;
    }

    private bool IsPicked(int codebook) => PicksAll || (Row(codebook)[Column] == Unknown && !ended[codebook]);

    private bool NeedsPick(int s) => Enumerable.Range(0, picks.Length).Any(q => Row(q)[s] == Unknown);

    private Span<int> Row(int codebook) => sequence.AsSpan(codebook * pattern.Columns, pattern.Columns);
}
