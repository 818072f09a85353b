namespace LeVo.Alignment.Training;

/// <summary>
/// Draws batches of songs of similar length, so that little of a batch is padding. A batch follows from the seed and the step
/// alone; every song has the same chance.
/// </summary>
internal sealed class LengthBuckets
{
    private const int BatchesPerBucket = 4;
    private readonly TrainingSong[] songs;
    private readonly int batchSize, seed;

    public LengthBuckets(IEnumerable<TrainingSong> songs, int batchSize, int seed)
    {
        this.songs = [.. songs.OrderBy(song => song.Tokens.Frames)];
        this.batchSize = batchSize;
        this.seed = seed;
    }

    /// <summary>The batch of a step; smaller than the batch size only where there are fewer songs.</summary>
    public IReadOnlyList<TrainingSong> Draw(int step)
    {
        var random = new Random(unchecked(seed * 31 + step));
        int bucket = Math.Min(songs.Length, batchSize * BatchesPerBucket);
        // The circle of songs keeps the chance equal at both ends.
        int start = random.Next(songs.Length);
        int[] members = [.. Enumerable.Range(start, bucket).Select(i => i % songs.Length)];
        random.Shuffle(members);
        return [.. members.Take(batchSize).Select(i => songs[i])];
    }
}
