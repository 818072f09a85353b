namespace LeVo.Core.Audio.Flac;

/// <summary>Decodes one channel of a FLAC frame (RFC 9639, section 9.2).</summary>
internal static class FlacSubframe
{
    // Residuals are 32-bit numbers; larger values are rejected before they can overflow.
    private const long MostFolded = 1L << 32;

    /// <summary>Reads a channel.</summary>
    /// <param name="reader">Positioned at the subframe.</param>
    /// <param name="samples">All samples of the frame.</param>
    /// <param name="bits">Bits of a sample, one more than the file's for side channels.</param>
    public static void Decode(ref BitReader reader, scoped Span<long> samples, int bits)
    {
        if (reader.Read(1) != 0)
            throw Broken("a subframe begins with a one bit");
        int type = (int)reader.Read(6);
        long wasted = reader.Read(1) == 0 ? 0 : reader.ReadUnary() + 1;
        if (wasted >= bits)
            throw Broken($"a subframe of {bits} bits has {wasted} wasted bits");
        bits -= (int)wasted;
        switch (type)
        {
            case 0:
                samples.Fill(reader.ReadSigned(bits));
                break;
            case 1:
                ReadVerbatim(ref reader, samples, bits);
                break;
            case >= 8 and <= 12:
                ReadFixed(ref reader, samples, bits, type - 8);
                break;
            case >= 32:
                ReadLinear(ref reader, samples, bits, type - 31);
                break;
            default:
                throw Broken("a subframe has a reserved type");
        }
        if (wasted > 0)
            foreach (ref long sample in samples)
                sample <<= (int)wasted;
    }

    private static void ReadVerbatim(ref BitReader reader, scoped Span<long> samples, int bits)
    {
        foreach (ref long sample in samples)
            sample = reader.ReadSigned(bits);
    }

    private static void ReadFixed(ref BitReader reader, scoped Span<long> samples, int bits, int order)
    {
        ReadWarmUp(ref reader, samples, bits, order);
        ReadResidual(ref reader, samples, order);
        // With a fixed predictor of order n, the residual is the n-th difference.
        Predict(samples, order switch
        {
            0 => [],
            1 => [1],
            2 => [2, -1],
            3 => [3, -3, 1],
            _ => [4, -6, 4, -1],
        }, 0);
    }

    private static void ReadLinear(ref BitReader reader, scoped Span<long> samples, int bits, int order)
    {
        ReadWarmUp(ref reader, samples, bits, order);
        int precision = (int)reader.Read(4) + 1;
        long shift = reader.ReadSigned(5);
        if (precision == 16 || shift < 0)
            throw Broken("a predictor has an invalid precision or shift");
        Span<long> coefficients = stackalloc long[order];
        ReadVerbatim(ref reader, coefficients, precision);
        ReadResidual(ref reader, samples, order);
        Predict(samples, coefficients, (int)shift);
    }

    private static void ReadWarmUp(ref BitReader reader, scoped Span<long> samples, int bits, int order)
    {
        if (order > samples.Length)
            throw Broken($"a predictor of order {order} for {samples.Length} samples");
        ReadVerbatim(ref reader, samples[..order], bits);
    }

    /// <summary>
    /// Adds each sample's linear prediction to its residual; the first coefficient belongs to the most recent sample.
    /// </summary>
    private static void Predict(Span<long> samples, ReadOnlySpan<long> coefficients, int shift)
    {
        for (int i = coefficients.Length; i < samples.Length; i++)
        {
            long sum = 0;
            for (int j = 0; j < coefficients.Length; j++)
                sum += coefficients[j] * samples[i - 1 - j];
            samples[i] += sum >> shift;
        }
    }

    private static void ReadResidual(ref BitReader reader, scoped Span<long> samples, int order)
    {
        int method = (int)reader.Read(2);
        if (method > 1)
            throw Broken("a residual has a reserved coding method");
        int parameterBits = 4 + method, escape = (1 << parameterBits) - 1, partitions = 1 << (int)reader.Read(4);
        int size = samples.Length / partitions;
        if (size * partitions != samples.Length || size < order)
            throw Broken($"{partitions} partitions for {samples.Length} samples");
        for (int p = 0, at = order; p < partitions; p++)
        {
            int end = (p + 1) * size, parameter = (int)reader.Read(parameterBits);
            if (parameter == escape)
            {
                int raw = (int)reader.Read(5);
                for (; at < end; at++)
                    samples[at] = raw == 0 ? 0 : reader.ReadSigned(raw);
                continue;
            }
            for (; at < end; at++)
            {
                long high = reader.ReadUnary();
                if (high > MostFolded >> parameter)
                    throw Broken("a residual exceeds 32 bits");
                long folded = high << parameter | (long)reader.Read(parameter);
                samples[at] = folded >> 1 ^ -(folded & 1);
            }
        }
    }

    private static InvalidDataException Broken(string fault) => new($"The FLAC file is corrupt: {fault}.");
}
