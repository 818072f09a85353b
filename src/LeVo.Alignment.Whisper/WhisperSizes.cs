namespace LeVo.Alignment.Whisper;

/// <summary>The sizes at the start of a Whisper model, and the tensors that they imply.</summary>
internal sealed record WhisperSizes(int Vocabulary, int AudioPositions, int AudioWidth, int AudioHeads, int AudioLayers,
    int TextPositions, int TextWidth, int TextHeads, int TextLayers, int Mels)
{
    // The smallest vocabulary is that of the English models; whisper.cpp derives the number of languages from it.
    private const int SmallestVocabulary = 51_864, LargestVocabulary = 52_000;

    /// <summary>Reads the sizes.</summary>
    /// <exception cref="InvalidDataException">A size is impossible.</exception>
    public static WhisperSizes Read(BinaryReader reader)
    {
        int[] read = [.. Enumerable.Range(0, 11).Select(_ => reader.ReadInt32())];
        var sizes = new WhisperSizes(read[0], read[1], read[2], read[3], read[4], read[5], read[6], read[7], read[8], read[9]);
        Check("vocabulary", sizes.Vocabulary, SmallestVocabulary, LargestVocabulary);
        Check("audio positions", sizes.AudioPositions, 1, 1 << 14);
        Check("audio width", sizes.AudioWidth, 1, 1 << 13);
        Check("audio layers", sizes.AudioLayers, 1, 128);
        Check("text positions", sizes.TextPositions, 1, 1 << 14);
        Check("text layers", sizes.TextLayers, 1, 128);
        Check("mel bands", sizes.Mels, 1, 512);
        // The decoder reads the encoder's output.
        Check("text width", sizes.TextWidth, sizes.AudioWidth, sizes.AudioWidth);
        CheckHeads("audio", sizes.AudioWidth, sizes.AudioHeads);
        CheckHeads("text", sizes.TextWidth, sizes.TextHeads);
        return sizes;

        static void Check(string name, int value, int least, int most)
        {
            if (value < least || value > most)
                throw new InvalidDataException($"{name}: {value}, not {(least == most ? $"{least}" : $"{least} to {most}")}.");
        }

        static void CheckHeads(string part, int width, int heads)
        {
            if (heads < 1 || width % heads != 0)
                throw new InvalidDataException($"{part} heads: {heads} of a width of {width}.");
        }
    }

    /// <summary>Name and dimensions, the innermost first, of every tensor.</summary>
    public IEnumerable<(string Name, long[] Shape)> Tensors()
    {
        int wide = AudioWidth;
        return
        [
            ("encoder.positional_embedding", [wide, AudioPositions]),
            ("encoder.conv1.weight", [3, Mels, wide]), ("encoder.conv1.bias", [1, wide]),
            ("encoder.conv2.weight", [3, wide, wide]), ("encoder.conv2.bias", [1, wide]),
            .. Norm("encoder.ln_post"),
            .. Enumerable.Range(0, AudioLayers).SelectMany(i => Block($"encoder.blocks.{i}.")),
            ("decoder.positional_embedding", [TextWidth, TextPositions]),
            ("decoder.token_embedding.weight", [TextWidth, Vocabulary]),
            .. Norm("decoder.ln"),
            .. Enumerable.Range(0, TextLayers).SelectMany(i => (IEnumerable<(string, long[])>)
                [.. Block($"decoder.blocks.{i}."), .. Attention($"decoder.blocks.{i}.cross_attn")]),
        ];

        IEnumerable<(string, long[])> Block(string name) =>
        [
            .. Norm(name + "mlp_ln"), (name + "mlp.0.weight", [wide, 4 * wide]), (name + "mlp.0.bias", [4 * wide]),
            (name + "mlp.2.weight", [4 * wide, wide]), (name + "mlp.2.bias", [wide]), .. Attention(name + "attn"),
        ];

        IEnumerable<(string, long[])> Attention(string name) =>
        [
            .. Norm(name + "_ln"),
            .. new[] { ".query", ".value", ".out" }.SelectMany(part => Affine(name + part)),
            (name + ".key.weight", [wide, wide]),
        ];

        IEnumerable<(string, long[])> Affine(string name) => [(name + ".weight", [wide, wide]), (name + ".bias", [wide])];

        IEnumerable<(string, long[])> Norm(string name) => [(name + ".weight", [wide]), (name + ".bias", [wide])];
    }
}
