using System.Runtime.InteropServices;

namespace LeVo.Core.Text;

/// <summary>A merge of two adjacent symbols: its rank (lower ranks merge first) and the resulting symbol.</summary>
internal readonly record struct BytePairMerge(int Rank, int Result);

/// <summary>
/// Merges the symbols of one word: repeatedly the pair of lowest rank, at all its positions from left to right, until
/// no pair is left.
/// </summary>
internal sealed class BytePairMerger(Dictionary<(int Left, int Right), BytePairMerge> merges)
{
    /// <summary>Merges in place.</summary>
    /// <param name="symbols">The word's symbols; afterwards the first <c>n</c> are the result.</param>
    /// <returns>The number <c>n</c> of symbols left.</returns>
    public int Merge(Span<int> symbols)
    {
        int count = symbols.Length;
        if (count < 2)
            return count;
        var queue = new PriorityQueue<int, long>(count);
        int[] next = new int[count], previous = new int[count]; // a merged symbol is stored at its first position
        for (int i = 0; i < count; i++)
        {
            next[i] = i + 1;
            previous[i] = i - 1;
            Offer(symbols, i, i + 1, queue);
        }
        var batch = new List<int>();
        while (queue.TryPeek(out _, out long top))
        {
            int rank = (int)(top >> 32);
            batch.Clear();
            while (queue.TryPeek(out int place, out long key) && (int)(key >> 32) == rank)
            {
                queue.Dequeue();
                batch.Add(place);
            }
            foreach (int place in CollectionsMarshal.AsSpan(batch))
            {
                int right = next[place];
                if (symbols[place] < 0 || right >= symbols.Length
                    || !merges.TryGetValue((symbols[place], symbols[right]), out BytePairMerge merge)
                    || merge.Rank != rank)
                    continue; // an earlier merge consumed a part of it
                symbols[place] = merge.Result;
                symbols[right] = -1;
                next[place] = next[right];
                if (next[place] < symbols.Length)
                    previous[next[place]] = place;
                count--;
                Offer(symbols, previous[place], place, queue);
                Offer(symbols, place, next[place], queue);
            }
        }
        for (int from = 0, to = 0; from < symbols.Length; from = next[from])
            symbols[to++] = symbols[from];
        return count;
    }

    private void Offer(ReadOnlySpan<int> symbols, int left, int right, PriorityQueue<int, long> queue)
    {
        if (left >= 0 && right < symbols.Length
            && merges.TryGetValue((symbols[left], symbols[right]), out BytePairMerge merge))
            queue.Enqueue(left, (long)merge.Rank << 32 | (uint)left);
    }
}
