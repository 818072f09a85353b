using System.Numerics.Tensors;

namespace LeVo.Core.Generation;

/// <summary>What happens to the logits of one step before a class is picked, on rows of one codebook each.</summary>
internal static class LogitsFilter
{
    /// <summary>Classifier-free guidance: <c>null + (conditional - null) coefficient</c>.</summary>
    public static void Guide(ReadOnlySpan<float> conditional, ReadOnlySpan<float> unconditional, double coefficient,
        Span<float> guided)
    {
        TensorPrimitives.Subtract(conditional, unconditional, guided);
        TensorPrimitives.MultiplyAdd(guided, (float)coefficient, unconditional, guided);
    }

    /// <summary>
    /// Divides the logit of every code that occurs in <paramref name="recent"/>, once however often it occurs. Negative
    /// logits rise by it; end-of-sequence (the last class) and special ids are out of reach: quirks of the released
    /// system that its checkpoints were tuned with.
    /// </summary>
    /// <param name="logits">One row.</param>
    /// <param name="recent">Ids of earlier steps.</param>
    /// <param name="divisor">The penalty.</param>
    /// <param name="seen">Scratch, one for each class.</param>
    public static void Penalize(Span<float> logits, ReadOnlySpan<int> recent, double divisor, Span<bool> seen)
    {
        seen.Clear();
        int codes = logits.Length - 1;
        foreach (int id in recent)
        {
            if (id >= codes || seen[id])
                continue;
            seen[id] = true;
            logits[id] /= (float)divisor;
        }
    }

    /// <summary>Makes classes impossible; ids beyond the classes are ignored.</summary>
    public static void Ban(Span<float> logits, ReadOnlySpan<int> ids)
    {
        foreach (int id in ids)
        {
            if (id < logits.Length)
                logits[id] = float.NegativeInfinity;
        }
    }

    /// <summary>Softmax of <c>logits / temperature</c>.</summary>
    /// <exception cref="InvalidOperationException">The logits hold NaN, or nothing finite.</exception>
    public static void Softmax(ReadOnlySpan<float> logits, double temperature, Span<float> probabilities)
    {
        TensorPrimitives.Divide(logits, (float)temperature, probabilities);
        float max = TensorPrimitives.Max<float>(probabilities);
        if (!float.IsFinite(max))
            throw NotNumbers(max);
        TensorPrimitives.Subtract(probabilities, max, probabilities);
        TensorPrimitives.Exp<float>(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    public static InvalidOperationException NotNumbers(float max) =>
        new($"The model's logits are not finite (maximum {max}).");

    /// <summary>Keeps what is at least as probable as the k-th best class (ties survive) and renormalises.</summary>
    public static void KeepTopK(Span<float> probabilities, int k, Span<float> scratch)
    {
        float threshold = k == 1 ? TensorPrimitives.Max<float>(probabilities) : Largest(probabilities, k, scratch[..k]);
        foreach (ref float p in probabilities)
        {
            if (p < threshold)
                p = 0;
        }
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    /// <summary>The k-th largest value, without sorting all of them.</summary>
    /// <param name="values">The values; none is NaN.</param>
    /// <param name="k">Up to their number.</param>
    /// <param name="heap">Receives the k largest as a heap, the smallest of them first.</param>
    private static float Largest(ReadOnlySpan<float> values, int k, Span<float> heap)
    {
        values[..k].CopyTo(heap);
        heap.Sort(); // a sorted array is a heap
        foreach (float value in values[k..])
        {
            if (!(value > heap[0]))
                continue;
            int hole = 0;
            for (int child = 1; child < k; child = (2 * hole) + 1)
            {
                if (child + 1 < k && heap[child + 1] < heap[child])
                    child++;
                if (value <= heap[child])
                    break;
                heap[hole] = heap[child];
                hole = child;
            }
            heap[hole] = value;
        }
        return heap[0];
    }

    /// <summary>Keeps the best classes until the mass before one exceeds a bound, and renormalises.</summary>
    public static void KeepTopP(Span<float> probabilities, double mass, Span<float> scratch)
    {
        probabilities.CopyTo(scratch);
        scratch.Sort();
        int kept = 0;
        for (double before = 0; kept < scratch.Length && before <= mass; kept++)
            before += scratch[^(kept + 1)];
        float threshold = scratch[^kept];
        // Of classes as probable as the last one kept, the lower ids stay.
        int equals = scratch[^kept..].Count(threshold);
        foreach (ref float p in probabilities)
        {
            if (p < threshold || (p == threshold && --equals < 0))
                p = 0;
        }
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    /// <summary>The class at the point <paramref name="u"/> (in [0, 1)) of the cumulative distribution.</summary>
    public static int Draw(ReadOnlySpan<float> probabilities, double u)
    {
        double total = 0;
        foreach (float p in probabilities)
            total += p;
        double left = u * total;
        int last = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            if (probabilities[i] <= 0)
                continue;
            last = i;
            left -= probabilities[i];
            if (left < 0)
                break;
        }
        return last; // Rounding may leave a small remainder; it belongs to the last possible class.
    }
}
