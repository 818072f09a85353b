namespace LeVo.Core.Checkpoints.Gguf;

/// <summary>
/// The tensors of LeVo's GGUF files as those of state dicts: under the names of state dicts, and in their shapes.
/// </summary>
internal static class GgufCheckpoint
{
    /// <summary>Reads and checks the header.</summary>
    /// <returns>The tensors, and the metadata's scalars and strings.</returns>
    /// <exception cref="InvalidDataException">The file is invalid, or is not one of LeVo's.</exception>
    public static (IReadOnlyDictionary<string, StoredTensor> Tensors, IReadOnlyDictionary<string, string> Metadata) Read(
        TensorFile file)
    {
        GgufHeader header = GgufHeader.Read(file);
        if (header.Architecture is not (GgufNames.LanguageModel or GgufNames.Flow or GgufNames.Vae))
        {
            throw new InvalidDataException($"'{file.Path}' is a GGUF file of the architecture '{header.Architecture}', not " +
                $"one of LeVo's ('{GgufNames.LanguageModel}', '{GgufNames.Flow}', '{GgufNames.Vae}').");
        }
        var tensors = new Dictionary<string, StoredTensor>(StringComparer.Ordinal);
        foreach (StoredTensor stored in header.Tensors.Values)
        {
            // Names that are not in the table are kept: a tensor of a newer file harms nobody.
            (string name, GgufForm form) = GgufNames.Find(header.Architecture, stored.Name) ?? (stored.Name, GgufForm.Same);
            StoredTensor ours = Convert(header, stored, form) with { Name = name };
            if (!tensors.TryAdd(name, ours))
                throw new InvalidDataException($"'{file.Path}' has more than one tensor '{name}'; one is '{stored.Name}'.");
        }
        return (tensors, header.Values);
    }

    private static StoredTensor Convert(GgufHeader header, StoredTensor stored, GgufForm form)
    {
        long[] shape = stored.Shape;
        return form switch
        {
            GgufForm.Row when shape is [var width] => Reshape(stored, [1, width]),
            GgufForm.Pointwise when shape is [var outputs, var inputs] => Reshape(stored, [outputs, inputs, 1]),
            GgufForm.Transposed when shape is [var outputs, var padded] => stored with
            {
                Shape = [Inputs(header, stored.Name, padded), outputs],
                Strides = [1, padded],
            },
            _ => stored,
        };
    }

    private static StoredTensor Reshape(StoredTensor stored, long[] shape) =>
        StoredTensor.Contiguous(stored.Name, stored.Type, shape, stored.Offset) with { Blocks = stored.Blocks };

    /// <summary>
    /// Inputs of a block's matrix without padding: the width of the first norm, or for the second matrix of the
    /// feed-forward part the outputs of the first.
    /// </summary>
    private static long Inputs(GgufHeader header, string name, long padded)
    {
        const string Contract = ".ffn.out", Expand = ".ffn.in";
        string source = name.Contains(Contract, StringComparison.Ordinal)
            ? name.Replace(Contract, Expand, StringComparison.Ordinal)
            : string.Join('.', name.Split('.').Take(3)) + ".norm_1.weight";
        long inputs = header.Tensors.TryGetValue(source, out StoredTensor? found) && found.Shape is [var size, ..] ? size : padded;
        return Math.Min(inputs, padded);
    }
}
